"""Closes what was written since the last seal under a digest that goes on from that one.

Law: a seal holds every event between its numbers. Whoever draws a number has the lock of those who write to the log,
and keeps it to the end: once all that had it at a moment have ended, no smaller number can still come. Where one goes
on for long, it is the next run's work.
"""

import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from config.auditing.canonical import BEGINNING, Chain, line
from config.auditing.models import Event, Seal
from config.auditing.reading import rows

_LOCK = 0x_A0D1_7106  # of whoever seals: one at a time
_PATIENCE_SECONDS = 20.0
_PAUSE_SECONDS = 0.2
_DRAWN = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM auditing_event_number"
_WRITING = """
    SELECT array_agg(virtualtransaction) FROM pg_locks
    WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND relation = 'auditing_event'::regclass
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


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
    drawn = int(_asked(_DRAWN))
    writing = set(_asked(_WRITING) or ())
    until = time.monotonic() + patience
    while writing & set(_asked(_WRITING) or ()):
        if time.monotonic() >= until:
            return None
        sleep(_PAUSE_SECONDS)
    return drawn


def _asked(query: str) -> Any:
    """In a statement of its own, which sees what is true at its moment."""
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]
