"""Health and metrics. Law: no sign-in, and to strangers one word; nobody waits longer than the probes' own limit."""

import hmac
import threading
import time
from collections.abc import Sequence
from ipaddress import ip_address

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseForbidden, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.watching import facts, metrics, probing
from config.watching.facts import Fact
from config.watching.probing import Probe

_REMEMBERED_SECONDS = 2.0  # whoever asks more often gets the same answer
_remembered: dict[tuple[Probe, ...], tuple[float, list[Fact]]] = {}
# Each page waits for its own look alone: a broker that hangs keeps no balancer from its answer.
_guards = {wanted: threading.Lock() for wanted in (probing.SERVING, probing.ALL)}


@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def web(request: HttpRequest) -> HttpResponse:
    """Whether this process can serve people: what a balancer asks. Broken workers take no web machine out."""
    return _told(request, probing.SERVING)


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Whether everything the site needs is well: what monitoring asks."""
    return _told(request, probing.ALL)


@never_cache
@require_safe
def measured(request: HttpRequest) -> HttpResponseBase:
    """The numbers, for Prometheus."""
    if not may_see(request):
        return HttpResponseForbidden("", content_type="text/plain")
    return HttpResponse(metrics.text(timezone.now()), content_type="text/plain; version=0.0.4; charset=utf-8")


def may_see(request: HttpRequest) -> bool:
    """Whether details are shown: to whoever brings the token, and to the networks that are named."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    if settings.METRICS_TOKEN and hmac.compare_digest(given, settings.METRICS_TOKEN.encode()):
        return True
    if request.headers.get("X-Forwarded-For") and not settings.BEHIND_PROXY:
        return False  # somebody stands in front whom we were not told of: the address is theirs
    try:
        seen = ip_address(str(get_adapter().get_client_ip(request)))
    except (PermissionDenied, ValueError):
        return False
    return any(seen in network for network in settings.METRICS_NETWORKS)


def _told(request: HttpRequest, wanted: Sequence[Probe]) -> HttpResponse:
    found = _looked(tuple(wanted))
    well = facts.are_well(found)
    told: dict[str, object] = {"status": "ok" if well else "trouble"}
    if may_see(request):
        told["checks"] = {fact.about: {"ok": fact.ok, "words": facts.line(fact)} for fact in found}
    answer = JsonResponse(told, status=200 if well else 503, json_dumps_params={"ensure_ascii": False})
    if not well:
        answer["Retry-After"] = "10"
    return answer


def _looked(wanted: tuple[Probe, ...]) -> list[Fact]:
    """One look at a time; those who come meanwhile get its answer."""
    with _guards[wanted]:
        at, found = _remembered.get(wanted, (0.0, []))
        if not found or time.monotonic() - at > _REMEMBERED_SECONDS:
            found = probing.look(wanted)
            _remembered[wanted] = time.monotonic(), found
        return found
