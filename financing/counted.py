"""A quarter's figures, counted once and remembered. Law: what is remembered is exact: it goes by what it was made of.

Figures follow from a sealed edition, from the lines of the feedback in force at a moment, and from how programmes are
grouped and institutions are of kinds. Neither of the first two ever changes; so figures are remembered by the edition,
by which feedback was in force, and by the rest as it was asked for. Where something else is in force, other figures
are asked for, and there is nothing that would have to be forgotten.
"""

import hashlib
import json
import pickle
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import redis
from django.core.cache import cache
from django.db.models import Q, QuerySet

from enterprises.models import Edition
from financing.errors import NoFiguresYet
from financing.figures import QuarterFigures, figures
from financing.models import Feedback
from financing.statistics import Statistics, in_rows, year_start_of
from financing.terms import Terms

_FORM = 1  # of what is remembered; whoever changes what figures are made of, or how, counts it up
_KEPT = timedelta(days=40).total_seconds()


class Source(NamedTuple):
    """What a quarter's figures are made of."""

    edition: Edition
    feedback: Sequence[tuple[str, str]]  # its id, and whose it is


def in_force(quarters: Iterable[str], *, known_by: datetime) -> QuerySet[Feedback]:
    """The quarters' feedback that was in force at that moment."""
    stood = Q(replaced_at__isnull=True) | Q(replaced_at__gt=known_by)
    return Feedback.objects.filter(stood, quarter__in=list(quarters), in_force_at__lte=known_by)


class Counted:
    """Figures of some quarters as known at a moment: what they are made of is looked up at once for all of them."""

    def __init__(self, quarters: Iterable[str], *, known_by: datetime, by: Terms) -> None:
        self._known_by, self._by = known_by, by
        self._sources = _sources(set(quarters), known_by)

    def statistics(self, quarter: str) -> Statistics:
        """The same as `statistics` of the quarter; it and its year start are among the quarters.

        Raises `NoFiguresYet`.
        """
        now, before = self.of(quarter), None
        with suppress(NoFiguresYet):
            before = self.of(year_start_of(quarter))
        return in_rows(now, before if before and before.cell().institutions else None, self._by)

    def of(self, quarter: str) -> QuarterFigures:
        """All figures of a quarter, by the terms. Raises `NoFiguresYet`."""
        return self._counted(_whole, quarter)

    def brief(self, quarter: str) -> QuarterFigures:
        """Of the same those cells alone that only programmes, or only institutions, divide: for a quarter among many.

        Raises `NoFiguresYet`.
        """
        return self._counted(_undivided, quarter)

    def _counted(self, which: Callable[[QuarterFigures], Any], quarter: str) -> QuarterFigures:
        groups, kinds = self._by.groups, self._by.kinds
        source = self._sources.get(quarter)
        if source is None:
            raise NoFiguresYet(quarter)
        edition, key = source.edition, f"{_named(quarter, source, groups, kinds)}:{which.__name__}"
        known = _remembered(key)
        if known is None:
            found = figures(quarter, groups=groups, known_by=self._known_by, kinds=kinds)
            edition, known = found.edition, which(found)
            # What came into force while it was counted may be in it: then it is not what the name says.
            if _sources({quarter}, self._known_by).get(quarter) == source:
                _remember(key, known)
        members, cells = known
        return QuarterFigures(quarter, edition, self._known_by, members, cells)


def _sources(quarters: set[str], known_by: datetime) -> dict[str, Source]:
    """What the figures of each quarter are made of; none of a quarter without a standing edition."""
    stood = Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=known_by)
    sealed = Edition.objects.filter(stood, quarter__in=quarters, sealed_at__lte=known_by)
    editions = {one.quarter: one for one in sealed.order_by("version")}  # a quarter's last version
    said: dict[str, list[tuple[str, str]]] = defaultdict(list)
    rows = in_force(quarters, known_by=known_by).order_by("pk").values_list("quarter", "pk", "institution__code")
    for quarter, pk, code in rows:
        said[quarter].append((str(pk), code))
    return {quarter: Source(edition, said[quarter]) for quarter, edition in editions.items()}


def _named(quarter: str, source: Source, groups: Mapping[str, Sequence[str]], kinds: Mapping[str, str]) -> str:
    """What the figures are made of, as a name."""
    made_of: list[Any] = [
        _FORM, quarter, source.edition.pk, source.edition.digest,
        [pk for pk, code in source.feedback if code in kinds],
        {code: list(programmes) for code, programmes in groups.items()}, dict(kinds),
    ]  # fmt: skip
    text = json.dumps(made_of, ensure_ascii=False, sort_keys=True)
    return f"figures:{hashlib.sha256(text.encode()).hexdigest()}"


def _whole(found: QuarterFigures) -> Any:
    return found.members, found.cells


def _undivided(found: QuarterFigures) -> Any:
    return tuple(
        {
            one: value for one, value in part.items()
            if not (one.district or one.kind) and not (one.group and one.institution)
        }
        for part in (found.members, found.cells)
    )  # fmt: skip


def _remembered(key: str) -> Any:
    with suppress(redis.RedisError):
        known: bytes | None = cache.get(key)
        if known:
            return pickle.loads(zlib.decompress(known))  # noqa: S301 - our own words, from our own cache
    return None


def _remember(key: str, made: object) -> None:
    with suppress(redis.RedisError):  # not remembered, it is counted anew
        cache.set(key, zlib.compress(pickle.dumps(made), 1), _KEPT)
