"""What is in doubt becomes the queue. Law: one item for each entry in doubt; what is answered closes by itself."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from django.db import connection

from enterprises.evidence import Present
from enterprises.matching.clusters import NOBODY, Flags, Ints
from enterprises.matching.said import Decided
from enterprises.models import ReviewItem
from enterprises.owning import Owners
from registry.copying import copy_rows

_DOUBTS = """
    CREATE TEMPORARY TABLE come_doubt (entry_id bigint, cause varchar, score double precision, candidate bigint)
    ON COMMIT DROP
"""
# Each entry's list is looked up: there are few beside all entries.
_OPEN = """
    INSERT INTO enterprises_reviewitem (entry_id, programme_id, cause, score, opened_at)
    SELECT d.entry_id, l.programme_id, d.cause, d.score, %(now)s
    FROM (SELECT DISTINCT entry_id, cause, score FROM come_doubt) d
    CROSS JOIN LATERAL (SELECT list_import_id FROM registry_entry WHERE id = d.entry_id OFFSET 0) e
    JOIN registry_listimport l ON l.id = e.list_import_id
    ORDER BY d.entry_id
"""
_CANDIDATES = """
    INSERT INTO enterprises_reviewitem_candidates (reviewitem_id, enterprise_id)
    SELECT r.id, d.candidate FROM come_doubt d JOIN enterprises_reviewitem r ON r.entry_id = d.entry_id
    WHERE d.candidate IS NOT NULL ORDER BY r.id, d.candidate
"""


@dataclass
class _Doubt:
    """What a person is to be asked of an entry."""

    cause: str
    score: float
    candidates: set[int] = field(default_factory=set)  # enterprises


def ask(present: Present, decided: Decided, owners: Owners, asked: Flags, *, now: datetime) -> set[int]:
    """Open, bring up to date and close the items of the rows that hang together with what changed.

    Returns the entries whose items it looked at.
    """
    label, entries = decided.clusters.label, present.held["entry"].to_numpy()
    near = np.zeros(len(label), dtype=np.bool_)
    near[label[asked]] = True  # by label
    doubts = _waiting(decided, owners, entries, asked) | _questions(decided, owners, entries, near)
    there = _open_items(present, owners, label, near)
    _follow(doubts, there, now)
    return doubts.keys() | there.keys()


def _waiting(decided: Decided, owners: Owners, entries: Ints, asked: Flags) -> dict[int, _Doubt]:
    """Rows that have no enterprise until a person says whose they are; whom they may be of may be of others since."""
    label = decided.clusters.label
    return {
        int(entries[row]): _Doubt(cause, 0.5, _enterprises(owners, [int(label[one]) for one in candidates]))
        for row, (cause, candidates) in decided.waiting.items()
        if asked[row]
    }


def _questions(decided: Decided, owners: Owners, entries: Ints, near: Flags) -> dict[int, _Doubt]:
    """Clusters that may be one: the lesser is asked about, in one item for all that it may be."""
    clusters = decided.clusters
    sizes = clusters.sizes()
    doubts: dict[int, _Doubt] = {}
    for question in decided.questions:
        if not (near[question.one] or near[question.other]):
            continue
        lesser, greater = sorted(
            (question.one, question.other),
            key=lambda label: (clusters.code_of[label] != NOBODY, sizes[label], -label),
        )
        doubt = doubts.setdefault(int(entries[lesser]), _Doubt(question.cause, question.score))
        if question.score > doubt.score:
            doubt.cause, doubt.score = question.cause, question.score
        doubt.candidates |= _enterprises(owners, (greater,))
    return {entry: doubt for entry, doubt in doubts.items() if doubt.candidates}


def _enterprises(owners: Owners, labels: Iterable[int]) -> set[int]:
    return {int(owners.of[label]) for label in labels} - {NOBODY}


@dataclass(frozen=True)
class _Item:
    """An open item as it stands; `far` are its candidates that this sweep can say nothing of."""

    pk: int
    cause: str
    score: float
    candidates: set[int]
    far: set[int]


def _open_items(present: Present, owners: Owners, label: Ints, near: Flags) -> dict[int, _Item]:
    """Entry → its open item, among these rows, of which this sweep can say something."""
    every = ReviewItem.objects.filter(closed_at=None).order_by().values_list("pk", "entry_id", "cause", "score")
    opened = {entry: (pk, cause, score) for pk, entry, cause, score in every}
    if not opened:
        return {}
    rows = {entry: row for row, entry in enumerate(present.held["entry"].to_list()) if entry in opened}
    candidates = _candidates([opened[entry][0] for entry in rows])
    labels = np.flatnonzero(owners.of != NOBODY)
    is_near = dict(zip(owners.of[labels].tolist(), near[labels].tolist(), strict=True))
    found: dict[int, _Item] = {}
    for entry, row in rows.items():
        pk, cause, score = opened[entry]
        own = near[label[row]]
        far = set() if own else {one for one in candidates[pk] if not is_near.get(one, False)}
        if own or len(far) < len(candidates[pk]):
            found[entry] = _Item(pk, cause, score, candidates[pk], far)
    return found


def _candidates(items: Collection[int]) -> dict[int, set[int]]:
    """Item → the enterprises that its entry may be of."""
    through = ReviewItem.candidates.through.objects.filter(reviewitem__in=items)
    candidates: dict[int, set[int]] = {item: set() for item in items}
    for item, enterprise in through.values_list("reviewitem_id", "enterprise_id"):
        candidates[item].add(enterprise)
    return candidates


def _follow(doubts: dict[int, _Doubt], there: dict[int, _Item], now: datetime) -> None:
    settled = [item.pk for entry, item in there.items() if entry not in doubts and not item.far]
    ReviewItem.objects.filter(pk__in=settled).update(closed_at=now)
    for entry, item in there.items():
        if entry in doubts or item.far:
            _bring_up_to_date(item, doubts.get(entry))
    known = ReviewItem.objects.in_bulk([entry for entry in doubts if entry not in there], field_name="entry_id")
    for entry, closed in known.items():
        doubt = doubts[entry]
        ReviewItem.objects.filter(pk=closed.pk).update(
            closed_at=None, cause=doubt.cause, score=doubt.score, unsure_at=None, unsure_by=None
        )
        closed.candidates.set(doubt.candidates)
    _open({entry: doubt for entry, doubt in doubts.items() if entry not in there and entry not in known}, now)


def _open(doubts: dict[int, _Doubt], now: datetime) -> None:
    """New items, with those whom their entries may be of."""
    if not doubts:
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS come_doubt")
        cursor.execute(_DOUBTS)
        copy_rows(
            "come_doubt", ("entry_id", "cause", "score", "candidate"),
            (
                (entry, doubt.cause, doubt.score, one)
                for entry, doubt in doubts.items()
                for one in sorted(doubt.candidates) or (None,)
            ),
        )  # fmt: skip
        cursor.execute(_OPEN, {"now": now})
        cursor.execute(_CANDIDATES)


def _bring_up_to_date(item: _Item, doubt: _Doubt | None) -> None:
    wanted = item.far | (doubt.candidates if doubt else set())
    if doubt and (item.cause, item.score) != (doubt.cause, doubt.score):
        ReviewItem.objects.filter(pk=item.pk).update(cause=doubt.cause, score=doubt.score)
    if item.candidates != wanted:
        ReviewItem(pk=item.pk).candidates.set(wanted)
