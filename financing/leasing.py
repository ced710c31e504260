"""Feedback waits, is taken by one worker at a time, and comes back to wait where that one breaks off.

Law: a wait is a row, a lease that ran out is another worker's. The files of an institution are read in the order in
which they were sent, one at a time.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from financing.errors import BrokeOff
from financing.models import Feedback, FeedbackState
from pushes import enclosed_files

BREAKS = 3
LEASE = timedelta(minutes=5)  # longer than any step between two words of a worker
AGAIN_AFTER = timedelta(minutes=1)

Clock = Callable[[], datetime]


class Lost(Exception):
    """The feedback is another worker's."""


def take(*, now: datetime) -> Feedback | None:
    """The next feedback that nobody else has in hand, leased."""
    with transaction.atomic():
        for feedback in _due(now).select_for_update(skip_locked=True, of=("self",)):
            if feedback.attempts >= BREAKS:
                _end(feedback, FeedbackState.UNREADABLE, str(BrokeOff()), now)
                continue
            feedback.state, feedback.attempts = FeedbackState.READING, feedback.attempts + 1
            feedback.leased_until = now + LEASE
            feedback.save(update_fields=["state", "attempts", "leased_until"])
            return feedback
    return None


def is_waiting(*, now: datetime) -> bool:
    """Whether a feedback waits that may be taken."""
    return _due(now).exists()


def go_on(feedback: Feedback, *, now: datetime) -> None:
    """Keep the lease. Raises `Lost`."""
    if not _held(feedback).update(leased_until=now + LEASE):
        raise Lost


def held(feedback: Feedback) -> Feedback:
    """The row as long as it is this attempt's, held until the transaction ends. Raises `Lost`."""
    found = _held(feedback).select_for_update(of=("self",)).first()
    if found is None:
        raise Lost
    return found


def end(feedback: Feedback, state: FeedbackState, message: str, *, now: datetime) -> None:
    """It does not count, for a reason that the institution is told. Raises `Lost`."""
    with transaction.atomic():
        _end(held(feedback), state, message, now)
    enclosed_files.discard([feedback.stored("upload"), *feedback.faults_stored()])


def put_back(feedback: Feedback, *, now: datetime) -> None:
    """Something broke that nobody expected: it is tried again after a while."""
    _held(feedback).update(state=FeedbackState.WAITING, leased_until=now + AGAIN_AFTER)


def _end(feedback: Feedback, state: FeedbackState, message: str, now: datetime) -> None:
    """With its key whatever is left of its files goes."""
    facts: dict[str, Any] = {"dropped_at": now} if state == FeedbackState.DROPPED else {}
    Feedback.objects.filter(pk=feedback.pk).update(
        state=state, message=message.replace("\0", "")[:300], leased_until=None, read_at=now, key="", **facts
    )


def _due(now: datetime) -> QuerySet[Feedback]:
    waits = Q(state=FeedbackState.WAITING) & (Q(leased_until=None) | Q(leased_until__lte=now))
    abandoned = Q(state=FeedbackState.READING, leased_until__lte=now)
    unread = Feedback.objects.filter(
        institution=OuterRef("institution"), state__in=(FeedbackState.WAITING, FeedbackState.READING)
    )
    earlier = unread.filter(
        Q(received_at__lt=OuterRef("received_at")) | Q(received_at=OuterRef("received_at"), pk__lt=OuterRef("pk"))
    )
    found = Feedback.objects.filter(waits | abandoned, ~Exists(earlier)).order_by("received_at", "pk")
    return found.select_related("delivery__edition", "delivery__profile", "institution")


def _held(feedback: Feedback) -> QuerySet[Feedback]:
    return Feedback.objects.filter(pk=feedback.pk, attempts=feedback.attempts, state=FeedbackState.READING)
