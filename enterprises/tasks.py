"""The sweeps of this app, for Celery. Law: each may run twice, or be killed and run again, with the same result."""

from celery import shared_task
from django.utils import timezone

from enterprises import pooling, reminding, resolving


@shared_task(name="enterprises.resolve_entries")
def resolve_entries() -> None:
    """Resolve what was confirmed since the last sweep."""
    resolving.resolve(now=timezone.now())


@shared_task(name="enterprises.rebuild_pool")
def rebuild_pool() -> None:
    """Bring the pool to today: periods begin and end overnight."""
    now = timezone.now()
    resolving.resolve(now=now)
    pooling.rebuild(as_of=timezone.localdate(now), now=now)


@shared_task(name="enterprises.remind_of_edition")
def remind_of_edition() -> None:
    """Tell the bureau of an edition that is due and not sealed, once a day."""
    reminding.remind(now=timezone.now())
