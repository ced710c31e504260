"""What whoever watches the site may know of deliveries: numbers alone. Law: cheap, and no institution's name."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Min
from django.utils.timezone import localdate

from enterprises.queries import sealed_editions
from pushes import queries
from pushes.models import CustomerMatch, Letter, LetterState, MatchState

Gauge = tuple[str, dict[str, str], float]


def gauges(now: datetime) -> Iterator[Gauge]:
    """Deliveries by state, of all editions and of the newest; what is due, and since when."""
    today, newest = localdate(now), sealed_editions().last()
    for state, count in queries.deliveries_by_state().items():
        yield "registry_deliveries", {"state": state}, count
    of_newest = queries.deliveries_by_state(newest) if newest else {}
    for state, count in of_newest.items():
        yield "registry_newest_edition_deliveries", {"state": state}, count
    yield "registry_channels_paused", {}, queries.paused_channels(today).count()
    due = queries.due(today).filter(due_at__lte=now).order_by()
    yield from _waits("deliveries", now, due.aggregate(count=Count("pk"), since=Min("due_at")))
    letters = Letter.objects.filter(state=LetterState.WAITING, due_at__lte=now).order_by()
    yield from _waits("letters", now, letters.aggregate(count=Count("pk"), since=Min("due_at")))
    lists = CustomerMatch.objects.filter(state=MatchState.WAITING)
    yield from _waits("customer_lists", now, lists.aggregate(count=Count("pk"), since=Min("made_at")))


def _waits(what: str, now: datetime, found: dict[str, object]) -> Iterator[Gauge]:
    since = found["since"]
    age = (now - since).total_seconds() if isinstance(since, datetime) else 0
    yield "registry_waiting", {"what": what}, float(str(found["count"]))
    yield "registry_waiting_seconds", {"what": what}, max(age, 0)
