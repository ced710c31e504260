"""The sweeps of this app, for Celery.

Law: each may run twice, or be killed and run again, with the same result.
"""

import logging
from datetime import date

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from enterprises import editions
from enterprises.calendar import due_at, finished_quarter
from enterprises.errors import GuardsRed, SealsByPerson
from enterprises.models import Edition
from pushes import (
    calling_back,
    chasing,
    comparing,
    delivering,
    inviting,
    matching_customers,
    quarters,
    receipts,
    resending,
    telling,
)

logger = logging.getLogger(__name__)

MOST_HANDS = 32
HAND_WAITS_SECONDS = 55


@shared_task(name="pushes.run_quarter")
def run_quarter(quarter: str | None = None, as_of: str | None = None) -> None:
    """The whole run of a quarter, pushed by as many workers as there are, as of a day written 2026-09-30.

    By default it is the last one that is over, once: an edition that was withdrawn is made anew by a person's word.
    """
    if quarter is None:
        quarter = finished_quarter(timezone.localdate())
        if _was_sealed(quarter):
            return
    try:
        quarters.run(
            quarter=quarter, as_of=date.fromisoformat(as_of) if as_of else None, clock=timezone.now, push=False
        )
    except (GuardsRed, SealsByPerson) as waits:
        logger.warning("%s", waits)
    else:
        push_editions.delay()


@shared_task(name="pushes.catch_up_quarter")
def catch_up_quarter() -> None:
    """Make up for a quarter whose hour went by without a run: a machine was down, or a list had no rule.

    A draft that waits for a person, and still is what would be cut, is left alone. An installation that has sealed
    nothing yet is still being filled; its first edition is a person's word.
    """
    now = timezone.localtime()
    quarter = finished_quarter(now.date())
    due = now >= due_at(quarter, 1, settings.QUARTER_TIME, now.tzinfo)
    if due and not _was_sealed(quarter) and Edition.objects.filter(sealed_at__isnull=False).exists():
        draft = editions.standing_draft(quarter)
        if not draft or editions.is_overruled(draft) or not editions.is_current(draft):
            run_quarter(quarter)


@shared_task(name="pushes.push_editions")
def push_editions() -> None:
    """Plan what is owed, and call as many hands as it needs; what nobody takes up in its minute is the next one's."""
    delivering.plan(now=timezone.now())
    _call_hands()
    delivering.restore_packages(clock=timezone.now)


@shared_task(name="pushes.deliver")
def deliver() -> None:
    """A package, or a few deliveries that no other worker holds. What is left is other tasks': a worker that is stopped
    has little to finish, and those who found nothing to do while a package was built are called again.
    """
    done = delivering.deliver_due(clock=timezone.now, limit=delivering.STEPS_AT_A_TIME)
    if done.built:
        _call_hands()
    elif done.steps:
        deliver.apply_async(expires=HAND_WAITS_SECONDS)


@shared_task(name="pushes.tell")
def tell() -> None:
    """Make what people asked to be sent, take back what was withdrawn, and write and send the letters that are owed."""
    resending.send_asked(clock=timezone.now)
    calling_back.call_back(clock=timezone.now)
    chasing.chase(now=timezone.now())
    telling.send_due(now=timezone.now())
    inviting.send_due(now=timezone.now())


@shared_task(name="pushes.delete_old_receipts")
def delete_old_receipts() -> None:
    """Keep the rule of retention: what is older than it says is deleted, on record."""
    receipts.delete_old(years=settings.RECEIPTS_KEPT_YEARS, now=timezone.now())


@shared_task(name="pushes.compare_customers")
def compare_customers() -> None:
    """Compare one list of customers; where more wait, other hands are called: an institution's list is no long wait for
    another's.
    """
    if matching_customers.compare_next(clock=timezone.now) and comparing.is_waiting(now=timezone.now()):
        compare_customers.apply_async(expires=HAND_WAITS_SECONDS)


@shared_task(name="pushes.end_comparisons")
def end_comparisons() -> None:
    """Delete the lists of customers whose hours are over."""
    comparing.sweep(now=timezone.now())


def _call_hands() -> None:
    for _hand in range(min(delivering.hands(now=timezone.now()), MOST_HANDS)):
        deliver.apply_async(expires=HAND_WAITS_SECONDS)


def _was_sealed(quarter: str) -> bool:
    return Edition.objects.filter(quarter=quarter, sealed_at__isnull=False).exists()
