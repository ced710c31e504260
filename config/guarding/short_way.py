"""The look-up's short way, past all that asks who somebody is. Law: an answer bears the headers of the long way.

Sessions, accounts, messages, tokens of forms and notes of acts took two fifths of the time of a look-up, and what a
stranger looks up has to do with none of them: it only reads, and is the same for everybody. Whoever brings a session or
a body, or comes by another method, or in the clear where TLS is demanded, goes the long way.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import ResolverMatch, resolve, reverse
from django.utils.module_loading import import_string


class ShortWay:
    """Stands above `settings.TOLD_TO_BROWSERS`, whose headers it takes over, and above all that comes after them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._long_way = get_response
        self._look_up: Callable[[HttpRequest], Any] = convert_exception_to_response(_looked_up)
        self._headers: dict[bool, list[tuple[str, str]]] = {}  # by whether it came by TLS

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _is_short(request):
            return self._long_way(request)
        response: HttpResponseBase = self._look_up(request)
        is_secure = request.is_secure()
        if is_secure not in self._headers:
            self._headers[is_secure] = _headers(request)
        for name, value in self._headers[is_secure]:
            response.headers.setdefault(name, value)
        return response


def _is_short(request: HttpRequest) -> bool:
    said = request.META
    return (
        request.path_info == _address()
        and request.method in ("GET", "HEAD")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and said.get("CONTENT_LENGTH", "") in ("", "0")
        and "HTTP_TRANSFER_ENCODING" not in said
        and (request.is_secure() or not settings.SECURE_SSL_REDIRECT)
        and not settings.DEBUG
    )


def _looked_up(request: HttpRequest) -> HttpResponse:
    request.get_host()  # refuses a host that is none of ours
    request.resolver_match = _match()
    response: HttpResponse = _match().func(request)
    response.headers["Content-Length"] = str(len(response.content))
    return response


@cache
def _address() -> str:
    return reverse("enterprises:lookup")


@cache
def _match() -> ResolverMatch:
    return resolve(_address())


def _headers(request: HttpRequest) -> list[tuple[str, str]]:
    """What the long way tells browsers of such a request, with an answer that says nothing of the kind itself."""
    answer: Callable[[HttpRequest], HttpResponseBase] = _empty
    for name in reversed(settings.TOLD_TO_BROWSERS):
        answer = import_string(name)(answer)
    told = {name: value for name, value in answer(request).headers.items() if name != "Content-Type"}
    return [*told.items(), ("Vary", "Cookie")]  # which way is gone follows from a cookie


def _empty(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()
