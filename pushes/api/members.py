"""What is in an edition, for machines: its members page by page, and what changed since an earlier one.

Law: a receipt with the digest of the bytes is written before the first of them goes out. Changes are written to a file
first: however many they are, memory stays flat, and a slow reader holds no connection of the database.
"""

import hashlib
from tempfile import TemporaryFile
from typing import IO, Annotated, cast

import orjson
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from ninja import Query

from enterprises.public_ids import is_public_id
from enterprises.visitors import network_address
from pushes import receipts
from pushes.annexes import annexes_of, indicators, told
from pushes.api import shapes
from pushes.api.describing import LINES
from pushes.api.entering import machine_of
from pushes.api.interface import answered, operation
from pushes.api.problems import Kind, invalid
from pushes.api.shapes import ID, ID_FORM, LABEL_FORM, LabelAsked
from pushes.belonging import cut_of, seen
from pushes.changing import write_changes
from pushes.handing_out import Outgoing, file_sent
from pushes.models import ReceiptKind, Scope
from pushes.rowing import row
from registry.queries import programme_names

TAG = "名单与变动"
_PROBLEMS = (Kind.NOT_FOUND, Kind.NO_SUCH_EDITION, Kind.EDITION_WITHDRAWN)
_CHANGES_COST = 10  # requests


@operation(
    "GET", "/editions/{label}/members", name="listMembers", summary="在库企业", answer=shapes.Members,
    scope=Scope.FETCH, tag=TAG, problems=_PROBLEMS,
)  # fmt: skip
def members(
    request: HttpRequest,
    label: LabelAsked,
    limit: Annotated[int, Query(ge=1, le=2000, description="每页多少家。")] = 500,
    cursor: Annotated[str | None, Query(pattern=ID_FORM, description="上一页的 next。", example=ID)] = None,
) -> HttpResponseBase:
    """约定范围内的全部在库企业，按企业编号排列，逐页取。整库首次装载请取数据包，更快。"""
    machine = machine_of(request)
    delivery = machine.access.standing(label)
    if cursor and not is_public_id(cursor):
        return invalid([{"type": "string_pattern_mismatch", "loc": ("query", "cursor")}])
    own = machine.access.members(delivery).filter(public_id__gt=cursor or "")
    page = list(own[: limit + 1])
    wanted, names = cut_of(delivery.profile), programme_names()
    shown = page[:limit]
    beside, called = annexes_of(delivery.edition, [one.public_id for one in shown], wanted), indicators(wanted)
    items = [
        row(seen(one, wanted), wanted, names) | told(beside.get(one.public_id), wanted, names, called) for one in shown
    ]
    content = orjson.dumps(
        {
            "edition": delivery.edition.label,
            "as_of": delivery.edition.as_of,
            "items": items,
            "next": items[-1]["id"] if len(page) > limit else None,
        }
    )
    receipts.answered(
        kind=ReceiptKind.MEMBERS,
        delivery=delivery,
        key=machine.key.prefix,
        address=network_address(request),
        sha256=hashlib.sha256(content).hexdigest(),
        rows=len(items),
        now=timezone.now(),
    )
    return answered(content)


@operation(
    "GET", "/editions/{label}/changes", name="fetchChanges", summary="两个版本之间的变动", answer=None,
    scope=Scope.FETCH, tag=TAG, problems=[*_PROBLEMS, Kind.ANOTHER_CUT], cost=_CHANGES_COST,
)  # fmt: skip
def changes(
    request: HttpRequest,
    label: LabelAsked,
    since: Annotated[str, Query(..., pattern=LABEL_FORM, description="所持的较早版本。", example="ZZKJ-2026Q2-v1")],
) -> HttpResponseBase:
    """从 since 到 label 的全部变动，JSON Lines，每行一家企业，按企业编号排列；中间隔着几个版本也可以。since 的企业逐行
    应用变动，就得到 label 的企业；专项名单和积分不在其中。since 可以是已撤回的版本。一次计作 10 个请求。
    """
    machine = machine_of(request)
    delivery = machine.access.standing(label)
    base = machine.access.base(since, delivery)
    target = cast(IO[bytes], TemporaryFile())  # noqa: SIM115 - whoever sends it closes it
    try:
        written = write_changes(delivery.edition, base, cut_of(delivery.profile), target)
        target.seek(0)
        name = f"{label}-since-{since}.jsonl"
        response = file_sent(
            request,
            Outgoing(name, LINES, written.size, written.sha256, lambda: target),
            lambda: receipts.answered(
                kind=ReceiptKind.CHANGES,
                delivery=delivery,
                key=machine.key.prefix,
                address=network_address(request),
                sha256=written.sha256,
                rows=written.rows,
                now=timezone.now(),
            ),
        )
    except BaseException:
        target.close()
        raise
    if not response.streaming:  # the other side has it already, or wants another
        target.close()
    return response
