"""What the schedule calls. Law: each may run twice, or be killed and run again, with the same result."""

from celery import shared_task
from django.utils import timezone

from config.watching import alerting, pulsing, troubles


@shared_task(name="watching.pulse")
def pulse() -> None:
    """Note that beat, the broker and a worker live."""
    pulsing.beat(now=timezone.now())


@shared_task(name="watching.look")
def look() -> None:
    """Look at everything, and tell the operators what is amiss and what is over."""
    now = timezone.now()
    alerting.note(facts=troubles.everything(now), now=now)
