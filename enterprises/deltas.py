"""What lies between any two sealed editions, and why. Law: computed from sealed rows alone, and proved by digest.

Where one edition leads to the other, the causes are those sealed with each step; else they are asked of what held when
the later one was cut.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.timezone import localdate

from enterprises import canonical, errors, lines, pooling
from enterprises import delta as pure
from enterprises.delta import Cause, Difference
from enterprises.explaining import explained
from enterprises.models import Edition, EditionChange, EditionKind, EditionState
from enterprises.queries import edition_records

_GRAVITY = {"removed": 0, "changed": 1, "added": 2}


@dataclass(frozen=True)
class Delta:
    """The way from `older` to `newer`: how many of each kind, and the changes, what takes something away first."""

    older: Edition
    newer: Edition
    counts: Counter[str]
    changes: list[tuple[Difference, list[Cause]]]


def delta(*, older: Edition, newer: Edition, first: int = 0, shown: int | None = None) -> Delta:
    """All changes, or `shown` of them after the `first` ones, with their causes; empty where nothing changed.

    Withdrawn editions were sealed once, and are compared too. Raises `NotSealedYet`, `NotProved`.
    """
    for edition in (older, newer):
        if edition.state == EditionState.DRAFT:
            raise errors.NotSealedYet(edition.label)
    differences = list(lines.differences(older, newer))
    if canonical.digest(pure.apply(edition_records(older), differences)) != newer.digest:
        raise errors.NotProved(newer.label)
    counts: Counter[str] = Counter(one.kind for one in differences)
    graver = sorted(differences, key=lambda one: (_GRAVITY[one.kind], one.id))
    wanted = graver[first : None if shown is None else first + shown]
    steps = _steps(older, newer)
    told = _sealed_causes(wanted, steps) if steps else _derived_causes(wanted, older, newer)
    return Delta(older, newer, counts, told)


def _steps(older: Edition, newer: Edition) -> list[Edition]:
    """The editions by which one comes to the later, the first step first; none where it does not."""
    steps: list[Edition] = []
    step: Edition | None = newer
    while step and step.pk != older.pk:
        steps.insert(0, step)
        step = step.previous
    return steps if step else []


def _sealed_causes(wanted: Iterable[Difference], steps: list[Edition]) -> list[tuple[Difference, list[Cause]]]:
    asked = list(wanted)
    found: dict[str, list[Cause]] = defaultdict(list)
    for step in steps:
        rows = EditionChange.objects.filter(edition=step, public_id__in=[one.id for one in asked])
        for public_id, causes in rows.values_list("public_id", "causes"):
            found[public_id] += causes
    return [(one, found[one.id]) for one in asked]


def _derived_causes(
    wanted: Iterable[Difference], older: Edition, newer: Edition
) -> list[tuple[Difference, list[Cause]]]:
    # An urgent notice is as of the day of what it repeats; what it takes away was revoked until it was cut.
    day = localdate(newer.known_by) if newer.kind == EditionKind.URGENT else newer.as_of
    with transaction.atomic():
        pooling.derive(as_of=day, known_by=newer.known_by)
        told = list(explained(wanted, older))
        transaction.set_rollback(True)
    return told
