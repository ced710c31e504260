"""An objection goes from one state to the next. Law: each step is a row; an objection is locked while it goes."""

from datetime import datetime

from django.contrib.auth.models import User

from enterprises import errors
from enterprises.models import ENDED, Objection, ObjectionEvent, ObjectionState


def locked(objection: Objection, *allowed: ObjectionState) -> Objection:
    """The objection, held until the transaction ends. Raises `ObjectionStateForbids`."""
    held = Objection.objects.select_for_update().get(pk=objection.pk)
    if held.state not in allowed:
        raise errors.ObjectionStateForbids(held.number, str(ObjectionState(held.state).label))
    return held


def move(held: Objection, state: ObjectionState, *, now: datetime, by: User | None, reason: str = "") -> None:
    """Take the step."""
    held.state = state
    held.ended_at = now if state in ENDED else None
    held.save()
    note(held, state, now=now, by=by, reason=reason)


def note(objection: Objection, state: ObjectionState, *, now: datetime, by: User | None, reason: str = "") -> None:
    """Put the step on record."""
    ObjectionEvent.objects.create(objection=objection, state=state, at=now, by=by, reason=reason)
