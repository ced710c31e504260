"""The rules of programmes are written down. Law: superseded, never changed: what a rule gave can be derived again."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from registry import errors, locks
from registry.models import Programme, ProgrammeRule
from registry.superseding import supersede


def revise_rules(
    *,
    programme: Programme,
    ended: Iterable[int],
    begun: Iterable[ProgrammeRule],
    now: datetime,
    by: User | None = None,
) -> None:
    """Let the rules with the ids `ended` stand no longer, and those `begun` (not saved yet) from now on.

    What was derived as known before `now` stays what it was. Raises `RuleMoved` where one of `ended` does not stand.
    """
    moved = errors.RuleMoved(programme.name)
    with transaction.atomic():
        now = locks.hold_from(locks.FACTS, now, shared=True)
        supersede(owner=programme, ended=ended, begun=begun, now=now, by=by, moved=moved)
