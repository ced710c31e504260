"""Addresses for institutions' machines. Law: what /api/v1/ promises stays; what changes gets another number.

Whoever mounts them puts its own operations into the interface first: they are taken out of it once.
"""

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from pushes.api import editions, enterprises, members, whoami
from pushes.api.interface import api, description

OPERATIONS = (editions, members, enterprises, whoami)  # each puts its own into the interface


@csrf_exempt  # as all others here: no browser's session opens anything
@require_GET
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of the interface: open to everybody, since it holds no data."""
    return HttpResponse(
        description(), content_type="application/json", headers={"Cache-Control": "public, max-age=300"}
    )


@cache
def addresses() -> list[URLPattern | URLResolver]:
    """Those of every operation that was put into the interface."""
    operations, _app, _namespace = api.urls
    # The root is a page of the library's own, with nothing on it.
    return [
        path("openapi.json", openapi, name="openapi"),
        *(one for one in operations if getattr(one, "name", "") != "api-root"),
    ]
