"""What every answer to machines has in common, whoever gave it: ours, Django's, or nobody's.

Law: under /api/ no error is HTML, no proxy keeps what a key opened, and each answer says how much may still be asked.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers

from pushes.api.entering import standings
from pushes.api.problems import BY_STATUS, MEDIA_TYPE, Kind, problem
from pushes.limiting import Standing

ROOT = "/api/"


class MachineAnswers:
    """Stands before Django's own answers, so that those are told like ours."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not f"{request.path_info}/".startswith(ROOT):
            return response
        if response.status_code >= 400 and response.headers.get("Content-Type") != MEDIA_TYPE:
            response = _told_anew(response)
        response.headers.setdefault("Cache-Control", "private, no-store")
        patch_vary_headers(response, ["Authorization"])
        _tell_limits(response, standings(request))
        return response


def _told_anew(response: HttpResponseBase) -> HttpResponseBase:
    kept = {name: value for name, value in response.items() if name in ("Allow", "Retry-After", "ETag")}
    usual = Kind.INTERNAL_ERROR if response.status_code >= 500 else Kind.BAD_REQUEST
    return problem(BY_STATUS.get(response.status_code, usual), headers=kept)


def _tell_limits(response: HttpResponseBase, found: list[Standing]) -> None:
    """As the draft on RateLimit header fields has it: structured fields, the policy and what is left of it."""
    if not found:
        return
    policies = [f'"{one.limit.name}";q={one.limit.most};w={one.limit.seconds}' for one in found]
    left = [f'"{one.limit.name}";r={one.left};t={one.resets}' for one in found]
    response["RateLimit-Policy"], response["RateLimit"] = ", ".join(policies), ", ".join(left)
