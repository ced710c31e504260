"""Enterprises looked up by machines, in the newest standing edition that their institution was given.

Law: unknown and beyond the cut look alike; a code with a fault is not searched for; each look-up leaves one receipt.
"""

import hashlib
from typing import Annotated, Any

import orjson
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Path

from enterprises.judging_codes import judged
from enterprises.models import EditionMember
from enterprises.visitors import network_address
from pushes import receipts
from pushes.api import shapes
from pushes.api.entering import Body, Machine, machine_of, take_codes
from pushes.api.faults import told_of_code
from pushes.api.interface import answered, operation
from pushes.api.problems import Kind, problem
from pushes.api.shapes import CODE
from pushes.belonging import cut_of, seen
from pushes.cutting import Cut
from pushes.errors import NothingGiven
from pushes.models import Delivery, ReceiptKind, Scope
from pushes.rowing import row
from registry.queries import programme_names

TAG = "查询企业"
BODY_BYTES = 256 * 1024  # a thousand codes with much white space
_BODY = Body(
    {"application/json": BODY_BYTES},
    gettext_lazy("A body may have %(bytes)s bytes at most. Ask in several requests."),
)
# The address with words of its own stands before the one that takes any code.


@operation(
    "POST", "/enterprises/lookup", name="lookUpEnterprises", summary="批量查询企业", answer=shapes.Answers,
    scope=Scope.LOOKUP, tag=TAG, problems=[Kind.NOTHING_GIVEN], body=_BODY,
)  # fmt: skip
def lookup(request: HttpRequest, asked: shapes.Lookup) -> HttpResponseBase:
    """一次查询 1 至 1000 个代码，在推送给本机构的最新有效版本中逐个查询，
    次序与所问的一致。有误的代码不影响其他代码。"""
    machine = machine_of(request)
    take_codes(request, machine, len(asked.codes))
    delivery = _latest(machine)
    found = [judged(code) for code in asked.codes]
    members = machine.access.found(delivery, {one.code for one in found if not one.fault})
    rows = _shown(members.values(), cut_of(delivery.profile))
    answers = []
    for text, one in zip(asked.codes, found, strict=True):
        member = None if one.fault else members.get(one.code)
        answers.append(
            {
                "asked": text,
                "result": "malformed" if one.fault else "found" if member else "not_found",
                "enterprise": rows[member.public_id] if member else None,
                "fault": told_of_code(one) if one.fault else None,
            }
        )
    edition = delivery.edition
    content = orjson.dumps({"edition": edition.label, "as_of": edition.as_of, "answers": answers})
    _note(request, machine, delivery, content, len(asked.codes))
    return answered(content)


@operation(
    "GET", "/enterprises/{code}", name="getEnterprise", summary="查询一家企业", answer=shapes.Found,
    scope=Scope.LOOKUP, tag=TAG,
    problems=[
        Kind.NOT_FOUND, Kind.NOTHING_GIVEN, Kind.ENTERPRISE_NOT_FOUND, Kind.CODE_MALFORMED,
    ],
)  # fmt: skip
def enterprise(
    request: HttpRequest,
    code: Annotated[str, Path(..., max_length=64, description="统一社会信用代码或企业编号。", example=CODE)],
) -> HttpResponseBase:
    """在推送给本机构的最新有效版本中查询一个代码。没有找到与不在约定范围内，回答相同。"""
    machine = machine_of(request)
    asked = judged(code)
    if asked.fault:
        words = told_of_code(asked)
        return problem(Kind.CODE_MALFORMED, words, errors=[{"pointer": "code", "detail": words}])
    take_codes(request, machine, 1)
    delivery = _latest(machine)
    edition = delivery.edition
    member = machine.access.found(delivery, [asked.code]).get(asked.code)
    told: dict[str, Any] = {"edition": edition.label, "as_of": edition.as_of.isoformat()}
    if member is None:
        detail = _("%(label)s has no such enterprise in the cut agreed with your institution.")
        response = problem(Kind.ENTERPRISE_NOT_FOUND, detail % {"label": edition.label}, **told)
    else:
        told["enterprise"] = _shown([member], cut_of(delivery.profile))[member.public_id]
        response = answered(orjson.dumps(told))
    _note(request, machine, delivery, response.content, 1)
    return response


def _latest(machine: Machine) -> Delivery:
    delivery = machine.access.latest()
    if delivery is None:
        raise NothingGiven
    return delivery


def _shown(members: Any, wanted: Cut) -> dict[str, dict[str, Any]]:
    names = programme_names()
    found: list[EditionMember] = list(members)
    return {member.public_id: row(seen(member, wanted), wanted, names) for member in found}


def _note(request: HttpRequest, machine: Machine, delivery: Delivery, content: bytes, codes: int) -> None:
    receipts.answered(
        kind=ReceiptKind.LOOKUP,
        delivery=delivery,
        key=machine.key.prefix,
        address=network_address(request),
        sha256=hashlib.sha256(content).hexdigest(),
        rows=codes,
        now=timezone.now(),
    )
