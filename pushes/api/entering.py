"""The door of the machines: a key is asked for, and every error is told as RFC 9457 has it.

Law: a key opens its institution's rows only, while the contract runs; no proxy keeps a copy.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, NamedTuple, ParamSpec

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from pushes import keying
from pushes.access import Access, granted
from pushes.errors import KeyRefused, NoAccess
from pushes.models import AccessKey

P = ParamSpec("P")


class Machine(NamedTuple):
    """Who asks: by which key, and what that opens."""

    key: AccessKey
    access: Access


def problem(status: HTTPStatus, detail: str = "") -> JsonResponse:
    """An error that a program can tell by its status and a person by its words."""
    told = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail}
    return JsonResponse(
        {name: value for name, value in told.items() if value},
        status=status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )


def machine_page(
    view: Callable[Concatenate[HttpRequest, Machine, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A page that is read (GET) with a key."""

    @csrf_exempt  # a key is sent by its holder alone: no browser adds it by itself
    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = _judged(request, view, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ["Authorization"])
        return response

    return page


def _judged(
    request: HttpRequest,
    view: Callable[Concatenate[HttpRequest, Machine, P], HttpResponseBase],
    *args: P.args,
    **kwargs: P.kwargs,
) -> HttpResponseBase:
    now = timezone.now()
    if request.method != "GET":
        response = problem(HTTPStatus.METHOD_NOT_ALLOWED)
        response["Allow"] = "GET"
        return response
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    try:
        key = keying.use(text=text.strip() if scheme.lower() == "bearer" else "", now=now)
        machine = Machine(key, granted(key.institution, today=timezone.localdate(now)))
    except KeyRefused as error:
        response = problem(HTTPStatus.UNAUTHORIZED, str(error))
        response["WWW-Authenticate"] = "Bearer"
        return response
    except NoAccess as error:
        return problem(HTTPStatus.FORBIDDEN, str(error))
    return view(request, machine, *args, **kwargs)
