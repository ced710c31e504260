"""What is in doubt becomes the queue. Law: one item for each entry in doubt; what is answered closes by itself."""

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from enterprises.evidence import Present
from enterprises.matching.clusters import NOBODY, Flags, Ints
from enterprises.matching.said import Decided
from enterprises.models import ReviewItem
from enterprises.owning import Owners
from registry.models import Entry

_BATCH = 2_000


@dataclass
class _Doubt:
    """What a person is to be asked of an entry."""

    cause: str
    score: float
    candidates: set[int] = field(default_factory=set)  # enterprises


def ask(present: Present, decided: Decided, owners: Owners, asked: Flags, *, now: datetime) -> None:
    """Open, bring up to date and close the items of the rows that hang together with what changed."""
    label, entries = decided.clusters.label, present.held["entry"].to_numpy()
    near = np.zeros(len(label), dtype=np.bool_)
    near[label[asked]] = True  # by label
    doubts = _waiting(decided, owners, entries, asked) | _questions(decided, owners, entries, near)
    _follow(doubts, _open_items(present, owners, label, near), now)


def _waiting(decided: Decided, owners: Owners, entries: Ints, asked: Flags) -> dict[int, _Doubt]:
    """Rows that have no enterprise until a person says whose they are."""
    return {
        int(entries[row]): _Doubt(cause, 0.5, _enterprises(owners, candidates))
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


def _enterprises(owners: Owners, labels: tuple[int, ...]) -> set[int]:
    return {int(owners.of[label]) for label in labels} - {NOBODY}


def _open_items(present: Present, owners: Owners, label: Ints, near: Flags) -> dict[int, tuple[ReviewItem, set[int]]]:
    """Entry → its open item among these rows, and its candidates that this sweep can say nothing of."""
    open_items = ReviewItem.objects.filter(closed_at=None).count()
    if not open_items:
        return {}
    rows = {entry: row for row, entry in enumerate(present.held["entry"].to_list())}
    label_of = {int(owners.of[one]): one for one in np.unique(label).tolist() if owners.of[one] != NOBODY}
    found: dict[int, tuple[ReviewItem, set[int]]] = {}
    items = ReviewItem.objects.filter(closed_at=None).prefetch_related("candidates")
    if len(rows) < open_items:
        items = items.filter(entry__in=rows)
    for item in items:
        row = rows.get(item.entry_id)
        if row is None:
            continue
        far = {
            one.pk for one in item.candidates.all()
            if not near[label[row]] and not (one.pk in label_of and near[label_of[one.pk]])
        }  # fmt: skip
        if near[label[row]] or len(far) < len(item.candidates.all()):
            found[item.entry_id] = (item, far)
    return found


def _follow(doubts: dict[int, _Doubt], there: dict[int, tuple[ReviewItem, set[int]]], now: datetime) -> None:
    through = ReviewItem.candidates.through
    for entry, (item, far) in there.items():
        doubt = doubts.get(entry)
        if doubt is None and not far:
            ReviewItem.objects.filter(pk=item.pk).update(closed_at=now)
        else:
            _bring_up_to_date(item, doubt, far)
    known = ReviewItem.objects.in_bulk([entry for entry in doubts if entry not in there], field_name="entry_id")
    for entry, item in known.items():
        doubt = doubts[entry]
        ReviewItem.objects.filter(pk=item.pk).update(
            closed_at=None, cause=doubt.cause, score=doubt.score, unsure_at=None, unsure_by=None
        )
        item.candidates.set(doubt.candidates)
    fresh = [entry for entry in doubts if entry not in there and entry not in known]
    programmes = dict(Entry.objects.filter(pk__in=fresh).values_list("pk", "list_import__programme"))
    made = ReviewItem.objects.bulk_create(
        [
            ReviewItem(
                entry_id=entry, programme_id=programmes[entry], cause=doubts[entry].cause, score=doubts[entry].score,
                opened_at=now,
            )
            for entry in fresh
        ],
        batch_size=_BATCH,
    )  # fmt: skip
    through.objects.bulk_create(
        [
            through(reviewitem_id=item.pk, enterprise_id=one)
            for item in made
            for one in sorted(doubts[item.entry_id].candidates)
        ],
        batch_size=_BATCH,
    )


def _bring_up_to_date(item: ReviewItem, doubt: _Doubt | None, far: set[int]) -> None:
    wanted = far | (doubt.candidates if doubt else set())
    if doubt and (item.cause, item.score) != (doubt.cause, doubt.score):
        ReviewItem.objects.filter(pk=item.pk).update(cause=doubt.cause, score=doubt.score)
    if {candidate.pk for candidate in item.candidates.all()} != wanted:
        item.candidates.set(wanted)
