"""What whoever watches the site may know of lists: numbers alone. Law: cheap enough to be asked each quarter minute."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Min, Sum

from registry.models import ImportState, ListImport, Upload, UploadState

Gauge = tuple[str, dict[str, str], float]


def gauges(now: datetime) -> Iterator[Gauge]:
    """Lists and their rows by state; files that wait to be read, and since when."""
    rows = ListImport.objects.order_by().values_list("state").annotate(Count("pk"), Sum("row_count"))
    found = {state: (lists, lines) for state, lists, lines in rows}
    for state in ImportState.values:
        lists, lines = found.get(state, (0, 0))
        yield "registry_lists", {"state": state}, lists
        yield "registry_list_rows", {"state": state}, lines or 0
    waits = Upload.objects.filter(state=UploadState.WAITING).aggregate(count=Count("pk"), since=Min("received_at"))
    yield "registry_waiting", {"what": "uploads"}, waits["count"]
    yield "registry_waiting_seconds", {"what": "uploads"}, _age(waits["since"], now)


def _age(since: datetime | None, now: datetime) -> float:
    return max((now - since).total_seconds(), 0) if since else 0
