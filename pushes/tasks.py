"""The sweeps of this app, for Celery.

Law: each may run twice, or be killed and run again, with the same result.
"""

from datetime import date

from celery import shared_task
from django.utils import timezone

from enterprises.calendar import finished_quarter
from enterprises.models import Edition
from pushes import delivering, quarters


@shared_task(name="pushes.run_quarter")
def run_quarter(quarter: str | None = None, as_of: str | None = None) -> None:
    """The whole run of a quarter, as of a day written 2026-09-30.

    By default it is the last one that is over, once: an edition that was withdrawn is made anew by a person's word.
    """
    if quarter is None:
        quarter = finished_quarter(timezone.localdate())
        if Edition.objects.filter(quarter=quarter, sealed_at__isnull=False).exists():
            return
    quarters.run(
        quarter=quarter,
        as_of=date.fromisoformat(as_of) if as_of else None,
        clock=timezone.now,
    )


@shared_task(name="pushes.catch_up_quarter")
def catch_up_quarter() -> None:
    """Make up for a quarter whose day went by without a run: a machine was down, or a list had no rule.

    An installation that has sealed nothing yet is still being filled; its first edition is a person's word.
    """
    if Edition.objects.filter(sealed_at__isnull=False).exists():
        run_quarter()


@shared_task(name="pushes.push_editions")
def push_editions() -> None:
    """Plan and make what is owed. Several workers share it: each takes what no other holds."""
    delivering.sweep(clock=timezone.now)
