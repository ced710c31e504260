"""How much a request may bring. Law: a body is measured before a byte of it is read, and strangers bring little.

Django limits what is no file; files it would take whole, from anybody, before a page is asked.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

_MEGABYTE = 1 << 20


class MeasuredBodies:
    """Before the check of CSRF tokens, which reads the whole body."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """An answer where the body is too large for this page and this visitor."""
        claimed = _claimed(request)
        name = request.resolver_match.view_name if request.resolver_match else ""
        if claimed <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE or name in settings.BODIES_MEASURED_BY_THE_PAGE:
            return None
        most = settings.BODY_MEGABYTES.get(name, 0) if request.user.is_authenticated else 0
        if claimed <= (most + 1) * _MEGABYTE and most:
            return None
        told = most or settings.DATA_UPLOAD_MAX_MEMORY_SIZE // _MEGABYTE
        return render(request, "413.html", {"most": told}, status=413)


def _claimed(request: HttpRequest) -> float:
    """The length that the request says its body has; the server hands over no more than that."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return float("inf")
