"""The rules of subsidies: which is in force, and how they are revised.

Law: superseded, never changed; what was known at a moment is the same for ever.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db.models import Q

from financing import errors
from financing.models import Base, Subsidy, SubsidyRule
from financing.subsidies.computing import Terms
from registry.superseding import supersede


def rules_known(subsidy: Subsidy, *, known_by: datetime) -> list[SubsidyRule]:
    """The subsidy's rules as they were recorded at that moment, by their own dates."""
    standing = SubsidyRule.objects.filter(
        Q(superseded_at__isnull=True) | Q(superseded_at__gt=known_by), subsidy=subsidy, recorded_at__lte=known_by
    )
    return list(standing.order_by("effective_from"))


def rule_on(rules: Iterable[SubsidyRule], day: date) -> SubsidyRule | None:
    """The one in force on a day."""
    return next(
        (one for one in rules if one.effective_from <= day and (one.effective_to is None or day < one.effective_to)),
        None,
    )


def growth_rule(rules: Sequence[SubsidyRule], year: int) -> SubsidyRule | None:
    """The rule on growth that a sheet of the year goes by: in force on the last day of the year that it is of."""
    in_force = (
        one for one in rules if one.base == Base.GROWTH and rule_on(rules, date(year - one.years_back, 12, 31)) == one
    )
    return max(in_force, key=lambda one: one.effective_from, default=None)


def terms_of(rule: SubsidyRule) -> Terms:
    """Its numbers."""
    return Terms(
        rule=rule.pk,
        rate=rule.rate,
        threshold=rule.threshold,
        cap=rule.cap,
        cap_is_yearly=rule.cap_per == "year",
        once=rule.once,
        steps=rule.amounts,
    )


def revise(
    *, subsidy: Subsidy, ended: Iterable[int], begun: Iterable[SubsidyRule], now: datetime, by: User | None
) -> None:
    """Let the rules with the ids `ended` stand no longer, and those `begun` (not saved yet) from now on.

    Raises `SubsidyRuleMoved` where one of `ended` does not stand.
    """
    moved = errors.SubsidyRuleMoved(subsidy.name)
    supersede(owner=subsidy, ended=ended, begun=begun, now=now, by=by, moved=moved)
