"""The sweeps of this app, for Celery. Law: each may run twice, or be killed and run again, with the same result."""

from contextlib import suppress

from celery import shared_task
from django.utils import timezone

from enterprises import (
    clearing,
    errors,
    mailing,
    objection_reminding,
    pooling,
    reminding,
    resolving,
    vouching,
    watching,
)


@shared_task(name="enterprises.resolve_entries")
def resolve_entries() -> None:
    """Resolve what was confirmed since the last sweep, and let the pool say so within minutes.

    A programme without a rule is told every night (`rebuild_pool`), and by a guard.
    """
    resolving.resolve(now=timezone.now())
    with suppress(errors.NoRule):
        pooling.keep_up(now=timezone.now())


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


@shared_task(name="enterprises.write_to_enterprises")
def write_to_enterprises() -> None:
    """Send the mails that are due to enterprises and watchers."""
    mailing.send_due(clock=timezone.now)


@shared_task(name="enterprises.tell_watchers")
def tell_watchers() -> None:
    """Write to watchers of what is new, and forget those who did not confirm."""
    now = timezone.now()
    watching.forget(now=now)
    watching.tell(now=now)


@shared_task(name="enterprises.remind_of_objections")
def remind_of_objections() -> None:
    """Tell the bureau of objections that are due, once a day."""
    objection_reminding.remind(now=timezone.now())


@shared_task(name="enterprises.clear_objections")
def clear_objections() -> None:
    """Delete contact and evidence whose time is up, and slips that are old."""
    clearing.clear(now=timezone.now())
    vouching.forget_old(now=timezone.now())
