"""The sweeps of this app, for Celery.

Law: each may run twice, or be killed and run again, with the same result.
"""

from celery import shared_task
from django.utils import timezone

from financing import evaluating


@shared_task(name="financing.make_evaluations")
def make_evaluations() -> None:
    """Make the half-yearly evaluations that wait."""
    while evaluating.make_next(timezone.now):
        pass
