"""Around every request: its id, its line in the log, its time. Law: the line names the route, never the address.

Addresses hold what people typed, numbers of receipts, tokens of links; a route is the same for all.
"""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from config.watching import ids, timing

logger = logging.getLogger("config.watching.requests")

HEADER = "X-Request-ID"
_QUIET = ("health/", "metrics")  # asked every few seconds, by machines
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class RequestTold:
    """The first of the middlewares: whatever the others do is within."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.monotonic()
        ids.request_id.set(ids.request_id_of(request.headers.get(HEADER)))
        response = self._get_response(request)
        response[HEADER] = ids.request_id.get()
        _tell(request, response, time.monotonic() - began)
        return response


def forget(**_said: object) -> None:
    """When the last byte of the answer has gone: what is logged until then is the request's."""
    ids.request_id.set("")


def _tell(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    match = request.resolver_match
    route = match.route if match else "static" if request.path.startswith("/static/") else "none"
    method = request.method if request.method in _METHODS else "other"
    timing.note(method=str(method), route=route, status=response.status_code, seconds=seconds)
    level = logging.DEBUG if route.startswith(_QUIET) or route == "static" else logging.INFO
    size = response.headers.get("Content-Length")
    told = {"method": method, "route": f"/{route}", "status": response.status_code, "ms": round(1000 * seconds)}
    logger.log(level, "request", extra=told | ({"bytes": int(size)} if size and size.isdigit() else {}))
