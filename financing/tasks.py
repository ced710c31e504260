"""The sweeps of this app, for Celery.

Law: each may run twice, or be killed and run again, with the same result.
"""

from celery import shared_task
from django.utils import timezone

from financing import counting_ahead, evaluating, leasing, reminding, sweeping
from financing.taking_in import read_next

HAND_WAITS_SECONDS = 55


@shared_task(name="financing.read_feedback")
def read_feedback() -> None:
    """Read one feedback; where more wait, other hands are called: nobody waits long for another institution's file."""
    if not read_next(timezone.now):
        return
    if leasing.is_waiting(now=timezone.now()):
        read_feedback.apply_async(expires=HAND_WAITS_SECONDS)
    else:
        count_figures.apply_async(expires=HAND_WAITS_SECONDS)


@shared_task(name="financing.count_figures")
def count_figures() -> None:
    """Count what pages of statistics open with, where it is not remembered yet."""
    counting_ahead.count_ahead(now=timezone.now())


@shared_task(name="financing.end_feedback")
def end_feedback() -> None:
    """End what is kept of feedback beside its lines, once its days are over."""
    sweeping.sweep(now=timezone.now())


@shared_task(name="financing.remind")
def remind() -> None:
    """Remind institutions that owe feedback, each once a week."""
    reminding.remind(now=timezone.now())


@shared_task(name="financing.make_evaluations")
def make_evaluations() -> None:
    """Make the half-yearly evaluations that wait."""
    while evaluating.make_next(timezone.now):
        pass
