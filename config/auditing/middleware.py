"""What a request is to the log, and what of it is noted: refusals, downloads. It stands below the one that knows who
is signed in.

Law: notes are written once the request's transactions are over, so that what was rolled back is on record all the same.
"""

import re
from collections.abc import Callable
from uuid import uuid4

from allauth.account.adapter import get_adapter
from django.contrib.messages import constants
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from config.auditing.attending import Attendance, Who, attended, current
from config.auditing.recording import clean, note

DESK = "admin"  # the namespace of staff's pages
_NOTED_ITSELF = "auditing_event_export"
_NAME = re.compile(r"""filename\*?=(?:UTF-8'')?"?([^";]+)""")
_WORDS = 500
# Part of an address that is as long as what opens something: links of invitations, of new passwords, of subscriptions.
# Numbers are shorter, and so are the ids of rows.
_OPENS = re.compile(r"(?<=/)[A-Za-z0-9_:-]{40,}(?=/|$)")


class Attended:
    """Middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with attended(attendance_of(request)) as attendance:
            response = self._get_response(request)
            _note_outcome(request, response, attendance)
            return response


class Heard(FallbackStorage):
    """Django's messages: what a page says is wrong after a post is an act refused."""

    def add(self, level: int, message: object, extra_tags: str | None = "") -> None:
        if level >= constants.ERROR and self.request.method == "POST":
            current().said.append(clean(str(message))[:_WORDS])
        super().add(level, message, extra_tags)  # type: ignore[arg-type]


def attendance_of(request: HttpRequest) -> Attendance:
    given = str(getattr(request, "request_id", "") or uuid4().hex)
    return Attendance(
        page=_OPENS.sub("…", f"{request.method} {request.path}".replace("\x00", "")),
        request=given,
        address=_address(request),
        ask=lambda: who_asks(request),
    )


def who_asks(request: HttpRequest) -> Who:
    """The account; of a machine the beginning of its key, which opens nothing."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return Who(user.pk, user.get_username())
    prefix = getattr(getattr(getattr(request, "auth", None), "key", None), "prefix", "")
    return Who(name=str(prefix))


def _address(request: HttpRequest) -> str | None:
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return None


def _note_outcome(request: HttpRequest, response: HttpResponseBase, attendance: Attendance) -> None:
    matched = request.resolver_match
    if matched is None or matched.namespace != DESK:
        return
    if response.status_code == 403:
        # Strangers are refused for a missing token before they are asked who they are: they could fill the log.
        if not request.user.is_authenticated:
            return
        note("refusal", "forbidden", success=False)
    elif attendance.said:
        note("refusal", "refused", success=False, said=attendance.said)
    if matched.url_name == _NOTED_ITSELF:
        return
    disposition = str(getattr(response, "headers", {}).get("Content-Disposition", ""))
    if disposition.startswith("attachment") and response.status_code in (200, 206):
        name = _NAME.search(disposition)
        note("download", "downloaded", label=name[1] if name else "")
