"""Rules with dates of their own are revised. Law: superseded, never changed: what a rule gave can be derived again.

The owner's rules are its `rules`, each with `recorded_at`, `recorded_by` and `superseded_at`.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction


def supersede(
    *, owner: Any, ended: Iterable[int], begun: Iterable[Any], now: datetime, by: User | None, moved: Exception
) -> None:
    """Let the owner's rules with the ids `ended` stand no longer, and those `begun` (not saved yet) from now on.

    Raises `moved` where one of `ended` does not stand.
    """
    gone = set(ended)
    with transaction.atomic():
        type(owner).objects.select_for_update().get(pk=owner.pk)
        standing = owner.rules.filter(superseded_at=None, pk__in=gone)
        if standing.update(superseded_at=now) != len(gone):
            raise moved
        for rule in begun:
            rule.pk = None
            setattr(rule, owner.rules.field.name, owner)
            rule.recorded_at, rule.recorded_by, rule.superseded_at = now, by, None
            rule.save(force_insert=True)
