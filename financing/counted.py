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
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import redis
from django.core.cache import cache
from django.db.models import Q, QuerySet

from enterprises.models import Edition
from financing.figures import QuarterFigures, edition_of, figures
from financing.models import Feedback
from pushes.models import Institution

_FORM = 1  # of what is remembered; whoever changes what figures are made of, or how, counts it up
_KEPT = timedelta(days=40).total_seconds()


def in_force(quarter: str, *, known_by: datetime) -> QuerySet[Feedback]:
    """The quarter's feedback that was in force at that moment."""
    stood = Q(replaced_at__isnull=True) | Q(replaced_at__gt=known_by)
    return Feedback.objects.filter(stood, quarter=quarter, in_force_at__lte=known_by)


def counted(
    quarter: str,
    *,
    groups: Mapping[str, Sequence[str]],
    known_by: datetime,
    kinds: Mapping[str, str] | None = None,
) -> QuarterFigures:
    """The same as `figures`, remembered. Raises `NoFiguresYet`."""
    return _counted(_whole, quarter, groups, known_by, kinds)


def brief(quarter: str, *, groups: Mapping[str, Sequence[str]], known_by: datetime) -> QuarterFigures:
    """Of the same those cells alone that only programmes, or only institutions, divide: for a quarter among many.

    Raises `NoFiguresYet`.
    """
    return _counted(_undivided, quarter, groups, known_by, None)


def _counted(
    which: Callable[[QuarterFigures], Any],
    quarter: str,
    groups: Mapping[str, Sequence[str]],
    known_by: datetime,
    kinds: Mapping[str, str] | None,
) -> QuarterFigures:
    kinds = dict(Institution.objects.order_by("code").values_list("code", "kind")) if kinds is None else kinds
    edition, key = _named(quarter, groups, known_by, kinds)
    known = _remembered(f"{key}:{which.__name__}")
    if known is None:
        found = figures(quarter, groups=groups, known_by=known_by, kinds=kinds)
        known = which(found)
        # What came into force while it was counted may be in it: then it is not what the name says.
        if _named(quarter, groups, known_by, kinds) == (found.edition, key):
            _remember(f"{key}:{which.__name__}", known)
        edition = found.edition
    members, cells = known
    return QuarterFigures(quarter, edition, known_by, members, cells)


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


def _named(
    quarter: str, groups: Mapping[str, Sequence[str]], known_by: datetime, kinds: Mapping[str, str]
) -> tuple[Edition, str]:
    """What the figures are made of, as a name."""
    edition = edition_of(quarter, known_by=known_by)
    said = in_force(quarter, known_by=known_by).filter(institution__code__in=list(kinds)).order_by("pk")
    made_of: list[Any] = [
        _FORM, edition.pk, edition.digest, quarter, [str(pk) for pk in said.values_list("pk", flat=True)],
        {code: list(programmes) for code, programmes in groups.items()}, dict(kinds),
    ]  # fmt: skip
    text = json.dumps(made_of, ensure_ascii=False, sort_keys=True)
    return edition, f"figures:{hashlib.sha256(text.encode()).hexdigest()}"


def _remembered(key: str) -> Any:
    with suppress(redis.RedisError):
        known: bytes | None = cache.get(key)
        if known:
            return pickle.loads(zlib.decompress(known))  # noqa: S301 - our own words, from our own cache
    return None


def _remember(key: str, made: object) -> None:
    with suppress(redis.RedisError):  # not remembered, it is counted anew
        cache.set(key, zlib.compress(pickle.dumps(made), 1), _KEPT)
