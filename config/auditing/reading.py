"""Events in the order of their numbers, a few at a time. Law: reads only; memory does not grow with the log."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from config.auditing.canonical import FIELDS
from config.auditing.models import Event

_PIECE = 2_000


def rows(events: QuerySet[Event], *, after: int = 0) -> Iterator[tuple[Any, ...]]:
    """The `FIELDS` of these events. By key, and not by a cursor: a slow reader holds no connection of the database."""
    found = events.order_by("number").values_list(*FIELDS)
    while piece := list(found.filter(number__gt=after)[:_PIECE]):
        yield from piece
        after = piece[-1][0]
