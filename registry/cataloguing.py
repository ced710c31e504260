"""The rules of programmes are written down. Law: superseded, never changed: what a rule gave can be derived again."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from registry import errors
from registry.models import Programme, ProgrammeRule


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
    gone = set(ended)
    with transaction.atomic():
        Programme.objects.select_for_update().get(pk=programme.pk)
        standing = ProgrammeRule.objects.filter(programme=programme, superseded_at=None, pk__in=gone)
        if standing.update(superseded_at=now) != len(gone):
            raise errors.RuleMoved(programme.name)
        for rule in begun:
            rule.pk, rule.programme = None, programme
            rule.recorded_at, rule.recorded_by, rule.superseded_at = now, by, None
            rule.save(force_insert=True)
