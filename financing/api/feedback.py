"""Feedback by machine: sent as JSON or csv, followed up, and the mistakes that it reported, answered.

Law: what comes as JSON is judged by the same reader as a file; a body that broke off counts for nothing.
"""

from io import BytesIO
from typing import IO, Annotated, cast
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, UnreadablePostError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Path, Query
from ninja.errors import ValidationError
from pydantic import ValidationError as Unfit

from enterprises.visitors import network_address
from financing import errors, receiving
from financing.access import OwnFeedback
from financing.api import shapes, telling
from financing.api.lines import as_csv
from financing.models import Feedback
from pushes.api.entering import Body, machine_of
from pushes.api.interface import answered, api, operation
from pushes.api.problems import Kind, Refused, problem, tell_by
from pushes.api.shapes import LabelAsked
from pushes.models import Scope

TAG = "对接反馈"
JSON, CSV = "application/json", "text/csv"
_COST = 10  # requests that one body counts for
_BODY = Body(
    {JSON: settings.DATA_UPLOAD_MAX_MEMORY_SIZE, CSV: settings.FEEDBACK_MAX_MEGABYTES << 20},
    gettext_lazy("A body may have %(bytes)s bytes at most. What is too large as JSON is sent as csv."),
)
_CSV_TEXT = {  # of no type: it is a text by itself, and no JSON
    "description": "与门户中的模板相同的列（UTF-8 或 GB18030）；第一行是表头。",
    "example": "统一社会信用代码,是否已对接,对接结果,贷款余额（万元）\n91410100MA40000018,是,放款,500.00\n",
}
FeedbackAsked = Annotated[UUID, Path(..., description="反馈编号。")]

tell_by(
    api,
    {
        errors.EditionNotGiven: Kind.NO_SUCH_EDITION,
        errors.EditionNotStanding: Kind.EDITION_WITHDRAWN,
        errors.FileTooLarge: Kind.BODY_TOO_LARGE,
        errors.InForceAlready: Kind.SAME_FEEDBACK,
        errors.WaitsAlready: Kind.SAME_FEEDBACK,
        errors.TooManyWaiting: Kind.FEEDBACK_REFUSED,
    },
)
api.add_exception_handler(Feedback.DoesNotExist, lambda _request, _error: problem(Kind.NO_SUCH_FEEDBACK))


@operation(
    "POST", "/editions/{label}/feedback", name="sendFeedback", summary="报送对接反馈", answer={202: shapes.Feedback},
    scope=Scope.FEEDBACK, tag=TAG, cost=_COST, body=_BODY, takes={JSON: shapes.FeedbackLines, CSV: _CSV_TEXT},
    problems=[
        Kind.NOT_FOUND, Kind.NO_SUCH_EDITION, Kind.EDITION_WITHDRAWN, Kind.SAME_FEEDBACK, Kind.FEEDBACK_REFUSED,
    ],
)  # fmt: skip
def send(
    request: HttpRequest,
    label: LabelAsked,
    leave_out: Annotated[
        bool, Query(description="有误的行不计，其余照常计入；否则只要有一行有误，整份都不计入。")
    ] = False,
) -> HttpResponseBase:
    """报送对这个版本的反馈，属于该版本的季度。每次报送该季度的全部内容：生效后，整体取代之前的一份。收下后逐行读取核对，
    结果用 getFeedback 查询。JSON 最多 20000 行、2 MB，更大的请用 text/csv。一次计作 10 个请求。
    """
    machine = machine_of(request)
    stream, size = _table(request, label)
    received = receiving.receive(
        access=machine.access,
        label=label,
        stream=stream,
        size=size,
        file_name=f"{label}.csv",
        leave_out=leave_out,
        by=None,
        access_key=machine.key.prefix,
        address=network_address(request),
        now=timezone.now(),
    )
    transaction.on_commit(_call_a_worker, robust=True)
    response = answered(telling.feedback(received).model_dump_json().encode())
    response.status_code = 202
    response["Location"] = reverse("api:getFeedback", args=[received.pk])
    return response


@operation(
    "GET", "/feedback", name="listFeedback", summary="报送过的反馈", answer=shapes.Feedbacks, scope=Scope.FEEDBACK,
    tag=TAG, problems=[Kind.NO_SUCH_FEEDBACK],
)  # fmt: skip
def every(
    request: HttpRequest,
    quarter: Annotated[
        str | None, Query(pattern=shapes.QUARTER_FORM, description="只取这个季度的。", example="2026Q3")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="每页多少份。")] = 20,
    cursor: Annotated[UUID | None, Query(description="上一页的 next。")] = None,
) -> shapes.Feedbacks:
    """本机构的全部反馈，新的在前；在门户上传的也在其中。"""
    own = OwnFeedback.of(machine_of(request).access)
    page = own.page(quarter=quarter, after=own.one(cursor) if cursor else None, most=limit + 1)
    items = [telling.feedback(one) for one in page[:limit]]
    return shapes.Feedbacks(items=items, next=items[-1].id if len(page) > limit else None)


@operation(
    "GET", "/feedback/mistakes", name="listMistakes", summary="报告过的名单差错", answer=shapes.ReportedMistakes,
    scope=Scope.FEEDBACK, tag=TAG,
)  # fmt: skip
def mistakes(
    request: HttpRequest,
    limit: Annotated[int, Query(ge=1, le=100, description="每页多少处。")] = 50,
    cursor: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="上一页的 next。")] = None,
) -> shapes.ReportedMistakes:
    """随反馈报告的名单差错，和核查的答复。"""
    own = OwnFeedback.of(machine_of(request).access).mistakes().order_by("-pk")
    page = list((own.filter(pk__lt=cursor) if cursor else own)[: limit + 1])
    return shapes.ReportedMistakes(
        items=[telling.mistake(one) for one in page[:limit]],
        next=page[limit - 1].pk if len(page) > limit else None,
    )


@operation(
    "GET", "/feedback/{uuid:feedback_id}", name="getFeedback", summary="一份反馈", answer=shapes.FeedbackTold,
    scope=Scope.FEEDBACK, tag=TAG, problems=[Kind.NOT_FOUND, Kind.NO_SUCH_FEEDBACK],
)  # fmt: skip
def one(request: HttpRequest, feedback_id: FeedbackAsked) -> shapes.FeedbackTold:
    """一份反馈的状态、数量、合计和问题。"""
    return telling.feedback_told(OwnFeedback.of(machine_of(request).access).one(feedback_id))


def _table(request: HttpRequest, label: str) -> tuple[IO[bytes], int]:
    """What was sent as the table that people fill in, and its size."""
    if request.content_type == CSV:
        return _whole(request)
    try:
        sent = shapes.FeedbackLines.model_validate_json(request.body, strict=True)
    except Unfit as unfit:
        raise _told(unfit) from unfit
    content = as_csv(label, sent.lines)
    return BytesIO(content), len(content)


def _told(unfit: Unfit) -> Exception:
    faults = unfit.errors(include_url=False, include_input=False)
    if any(one["type"] == "json_invalid" for one in faults):
        return Refused(Kind.MALFORMED_JSON)
    found = [{**one, "loc": ("body", "body", *one["loc"])} for one in faults[:1000]]
    return ValidationError([dict(one) for one in found])


def _whole(request: HttpRequest) -> tuple[IO[bytes], int]:
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    return cast(IO[bytes], _Whole(request, size)), size


class _Whole:
    """A body that is read to its last byte: half a table, taken for the whole, would end what it does not name."""

    def __init__(self, request: HttpRequest, size: int) -> None:
        self._request, self._left = request, size

    def read(self, count: int) -> bytes:
        try:
            piece = self._request.read(count)
        except UnreadablePostError:
            piece = b""
        self._left -= len(piece)
        if not piece and self._left > 0:
            raise Refused(Kind.BAD_REQUEST, _("The body broke off before its end. Send it again as a whole."))
        return piece


def _call_a_worker() -> None:
    """By its name: the tasks are another face. Where the broker is away, the next sweep finds the table."""
    current_app.send_task("financing.read_feedback")
