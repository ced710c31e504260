"""How long requests take, by route. Counted where METRICS_DIR names a folder that all processes of a machine share.

Law: a process alone would tell of itself only, and of another one at the next question; so without the folder nothing
is told.
"""

import os

from django.conf import settings

if settings.METRICS_DIR:  # the library looks for it when it is imported
    os.makedirs(settings.METRICS_DIR, mode=0o750, exist_ok=True)
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", settings.METRICS_DIR)

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

_BUCKETS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10)
_SECONDS = (
    Histogram(
        "registry_http_request_seconds",
        "Requests by route, method and status, and how long they took.",
        ("route", "method", "status"),
        buckets=_BUCKETS,
        registry=CollectorRegistry(),
    )
    if settings.METRICS_DIR
    else None
)


def note(*, method: str, route: str, status: int, seconds: float) -> None:
    """One request."""
    if _SECONDS is not None:
        _SECONDS.labels(route, method, f"{status // 100}xx").observe(seconds)


def register(registry: CollectorRegistry) -> None:
    """Add what all processes of this machine have counted."""
    if _SECONDS is not None:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
