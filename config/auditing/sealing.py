"""Closes what was written since the last seal under a digest that goes on from that one.

Law: a seal holds every event between its numbers. A number is drawn after its transaction has its id (see the first
migration): once all transactions of a moment have ended, no smaller number can still come. Where one goes on for long,
it is the next run's work.
"""

import time
from collections.abc import Callable

from django.db import connection, transaction

from config.auditing.canonical import BEGINNING, Chain, line
from config.auditing.models import Event, Seal
from config.auditing.reading import rows

_LOCK = 0x_A0D1_7106  # of whoever seals: one at a time
_PATIENCE_SECONDS = 20.0
_PAUSE_SECONDS = 0.2
_DRAWN = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM auditing_event_number"
_STARTED = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
_OLDEST = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


def seal(*, patience: float = _PATIENCE_SECONDS, sleep: Callable[[float], None] = time.sleep) -> Seal | None:
    """One seal over all that is certain; none where nothing new is, or where a transaction would not end in time."""
    up_to = _certain(patience, sleep)
    if up_to is None:
        return None
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return None
        before = Seal.objects.first()
        last = before.last if before else 0
        chain = Chain(before.digest if before else BEGINNING)
        numbers: list[int] = []
        for row in rows(Event.objects.filter(number__lte=up_to), after=last):
            chain.add(line(row))
            numbers = [(numbers or [row[0]])[0], row[0]]
        if not numbers:
            return None
        return Seal.objects.create(first=numbers[0], last=numbers[-1], events=chain.events, digest=chain.digest)


def _certain(patience: float, sleep: Callable[[float], None]) -> int | None:
    """The highest number below which none can come any more."""
    drawn, started = _asked(_DRAWN), _asked(_STARTED)
    until = time.monotonic() + patience
    while _asked(_OLDEST) < started:
        if time.monotonic() >= until:
            return None
        sleep(_PAUSE_SECONDS)
    return drawn


def _asked(query: str) -> int:
    """In a statement of its own, which sees what is true at its moment."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])
