"""Every error that a machine may meet, as RFC 9457 has it, and which failure is told by which.

Law: a kind's name stays, since programs tell errors by it; the banks' manual explains each under that name.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any

import orjson
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from pushes import errors
from pushes.api.faults import told_of

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
AGAIN_SECONDS = 60


class Kind(Enum):
    """Name, status, and the title, which is part of the interface and Chinese like all of it."""

    BAD_REQUEST = "bad-request", 400, "请求无法理解"
    MALFORMED_JSON = "malformed-json", 400, "请求体不是有效的 JSON"
    KEY_REFUSED = "key-refused", 401, "接口密钥无效"
    NO_CONTRACT = "no-contract", 403, "协议不在有效期内"
    SCOPE_MISSING = "scope-missing", 403, "密钥没有所需的权限"
    NOT_FOUND = "not-found", 404, "没有这个地址"
    NO_SUCH_EDITION = "no-such-edition", 404, "没有这个版本"
    NO_SUCH_DELIVERY = "no-such-delivery", 404, "没有这次推送"
    NO_SUCH_FEEDBACK = "no-such-feedback", 404, "没有这份反馈"
    NOTHING_GIVEN = "nothing-given", 404, "尚无有效版本"
    ENTERPRISE_NOT_FOUND = "enterprise-not-found", 404, "版本中没有该企业"
    METHOD_NOT_ALLOWED = "method-not-allowed", 405, "不支持这种请求方法"
    ANOTHER_CUT = "another-cut", 409, "约定范围不同，无从比较"
    SAME_FEEDBACK = "same-feedback", 409, "同一份反馈已经收到"
    FEEDBACK_REFUSED = "feedback-refused", 409, "反馈暂未收下"
    EDITION_WITHDRAWN = "edition-withdrawn", 410, "版本已撤回"
    PRECONDITION_FAILED = "precondition-failed", 412, "内容已不是所要的那一份"
    BODY_TOO_LARGE = "body-too-large", 413, "请求体过大"
    MEDIA_TYPE_REFUSED = "media-type-refused", 415, "不支持这种内容类型"
    RANGE_OUTSIDE = "range-outside", 416, "所要的部分超出文件"
    INVALID_INPUT = "invalid-input", 422, "参数不符合要求"
    CODE_MALFORMED = "code-malformed", 422, "代码有误"
    TOO_MANY_REQUESTS = "too-many-requests", 429, "请求过多"
    INTERNAL_ERROR = "internal-error", 500, "系统出错"
    TEMPORARILY_UNAVAILABLE = "temporarily-unavailable", 503, "暂时无法提供"

    def __init__(self, label: str, status: int, title: str) -> None:
        self.label, self.status, self.title = label, status, title

    @property
    def uri(self) -> str:
        """Where the manual explains it."""
        return f"{settings.SITE_ADDRESS}{reverse('pushes:manual')}#{self.label}"


# What a failure that has a name is told by.
KINDS: dict[type[Exception], Kind] = {
    errors.KeyRefused: Kind.KEY_REFUSED,
    errors.ScopeMissing: Kind.SCOPE_MISSING,
    errors.NoAccess: Kind.NO_CONTRACT,
    errors.NoSuchEdition: Kind.NO_SUCH_EDITION,
    errors.NothingGiven: Kind.NOTHING_GIVEN,
    errors.EditionWithdrawn: Kind.EDITION_WITHDRAWN,
    errors.AnotherCut: Kind.ANOTHER_CUT,
    errors.NotBefore: Kind.INVALID_INPUT,
    errors.RangeOutside: Kind.RANGE_OUTSIDE,
}
# What Django answers by itself, before or beside ours.
BY_STATUS = {
    400: Kind.BAD_REQUEST,
    404: Kind.NOT_FOUND,
    405: Kind.METHOD_NOT_ALLOWED,
    412: Kind.PRECONDITION_FAILED,
    413: Kind.BODY_TOO_LARGE,
    503: Kind.TEMPORARILY_UNAVAILABLE,
}


class Refused(Exception):
    """A problem to answer with, raised where a view is left early."""

    def __init__(self, kind: Kind, detail: str = "", *, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        self.response = problem(kind, detail, headers=headers, **more)
        super().__init__(kind.label)


def problem(kind: Kind, detail: str = "", *, headers: Mapping[str, str] | None = None, **more: Any) -> HttpResponse:
    """An error that a program can tell by its type and a person by its words."""
    told = {"type": kind.uri, "title": kind.title, "status": kind.status, "detail": detail or _words(kind), **more}
    content = orjson.dumps({name: value for name, value in told.items() if value != ""})
    return HttpResponse(content, status=kind.status, content_type=MEDIA_TYPE, headers=dict(headers or {}))


def _words(kind: Kind) -> str:
    """What to do, where the place of the failure has no words of its own."""
    words = {
        Kind.BAD_REQUEST: _("The request is not understood. See that address and headers are as described."),
        Kind.MALFORMED_JSON: _("The body is no JSON in UTF-8, or is nested too deep."),
        Kind.NOT_FOUND: _("There is nothing at this address. The description of the interface names all addresses."),
        Kind.METHOD_NOT_ALLOWED: _("The header Allow names the methods that this address takes."),
        Kind.NO_SUCH_FEEDBACK: _("Your institution has sent no such feedback."),
        Kind.NO_SUCH_DELIVERY: _("Your institution has no such delivery, or its edition was withdrawn."),
        Kind.PRECONDITION_FAILED: _("What is here has another ETag than the request names with If-Match."),
        Kind.INTERNAL_ERROR: _("The fault is ours and was noted. Ask again later; if it stays, tell the bureau."),
        Kind.TEMPORARILY_UNAVAILABLE: _("Ask again later."),
    }
    return words.get(kind, "")


def tell_failures(api: NinjaAPI) -> None:
    """Let the interface answer every failure that has a name; others are ours, and crash."""
    tell_by(api, KINDS)
    answers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        Refused: lambda _request, error: error.response,
        ValidationError: lambda _request, error: invalid(error.errors),
        HttpError: lambda _request, _error: problem(Kind.MALFORMED_JSON),
        Http404: lambda _request, _error: problem(Kind.NOT_FOUND),
        OperationalError: _database_lost,
        InterfaceError: _database_lost,
        Exception: _crash,
    }
    for failure, answer in answers.items():
        api.add_exception_handler(failure, answer)


def tell_by(api: NinjaAPI, kinds: Mapping[type[Exception], Kind]) -> None:
    """Let the interface answer these failures, each by its kind and in its own words."""
    for failure, kind in kinds.items():
        api.add_exception_handler(failure, _telling(kind))


def invalid(found: Sequence[Mapping[str, Any]]) -> HttpResponse:
    """Every fault of what was sent, with its place."""
    faults = [told_of(one) for one in found]
    detail = _("%(count)s faults in what was sent; see errors.") % {"count": len(faults)}
    return problem(Kind.INVALID_INPUT, detail, errors=faults)


def _telling(kind: Kind) -> Callable[[HttpRequest, Any], HttpResponse]:
    def told(_request: HttpRequest, error: Exception) -> HttpResponse:
        headers: dict[str, str] = {}
        more: dict[str, str] = {}
        if isinstance(error, errors.KeyRefused):
            headers["WWW-Authenticate"] = "Bearer"
        if isinstance(error, errors.ScopeMissing):
            more["scope"] = error.scope
        if isinstance(error, errors.RangeOutside):
            headers["Content-Range"] = f"bytes */{error.size}"
        return problem(kind, str(error), headers=headers, **more)

    return told


def _crash(_request: HttpRequest, error: Exception) -> HttpResponse:
    raise error


def _database_lost(_request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("the database is not there", exc_info=error)
    return problem(Kind.TEMPORARILY_UNAVAILABLE, headers={"Retry-After": str(AGAIN_SECONDS)})
