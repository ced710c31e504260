"""What these pages have in common. Law: a body is measured before a byte of it is read; nobody keeps a copy."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from enterprises import errors

P = ParamSpec("P")
Page = Callable[P, HttpResponse]
_WORDS = 1 << 20  # bytes for all that is not a file


def private(view: Page[P]) -> Page[P]:
    """A page that no robot lists and no cache keeps."""

    @wraps(view)
    def page(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(*args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response["Cache-Control"] = "private, no-store"
        return response

    return page


def measured(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A form with files. The check of its token would read the body: it comes after the check of its size."""
    checked = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def page(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        most = (settings.OBJECTION_FILES * settings.OBJECTION_FILE_MEGABYTES << 20) + _WORDS
        try:
            claimed = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            claimed = most + 1
        if claimed > most:
            return refused(request, errors.FormTooLarge(settings.OBJECTION_FILE_MEGABYTES), status=413)
        return checked(request, *args, **kwargs)

    return page


def refused(request: HttpRequest, why: errors.EnterprisesError, *, status: int = 400) -> HttpResponse:
    """A plain page that says what is wrong and leads back."""
    return render(request, "enterprises/voice/refused.html", {"why": why}, status=status)
