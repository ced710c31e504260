"""Step 3 of the path: every usable entry of a confirmed list gets an enterprise, or a place in the review queue.

Law: a sweep takes all that changed since the last one, in one transaction, and nothing that it need not touch. What it
comes to follows from the entries and people's words, not from the order in which they came.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import numpy as np
import polars as pl
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils.timezone import localdate

from enterprises import (
    asking,
    disputing,
    evidence,
    locks,
    neighbouring,
    owning,
    planning,
    pooling,
    recording,
    standing_in,
)
from enterprises.evidence import Present
from enterprises.matching.clusters import Flags
from enterprises.matching.deciding import decide
from enterprises.matching.said import Words
from enterprises.models import Judgement, ListResolution, MatchDecision, NameKeys, Verdict
from enterprises.neighbouring import Near
from enterprises.queries import turned_lists
from enterprises.sessions import Sessions, several
from registry.copying import Behind
from registry.models import Entry, LineCorrection
from registry.queries import confirmed_imports

_MARKS = """
    INSERT INTO enterprises_listresolution (list_import_id, matched, created, queued, resolved_at)
    SELECT listed, 0, 0, 0, %s FROM unnest(%s::bigint[]) AS listed
"""
_COUNTS = """
    UPDATE enterprises_listresolution r SET matched = c.matched, created = c.created, queued = c.queued
    FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::int[]) AS c (listed, matched, created, queued)
    WHERE r.list_import_id = c.listed
"""
_WHOLE = 4  # where a sweep's entries are more than a quarter of all, all are read
_MOST = 300_000  # or where they are so many that to hold what hangs together with them takes a gigabyte


@dataclass
class Resolved:
    """How many lists and entries a sweep resolved, and how."""

    lists: int = 0
    entries: int = 0
    matched: int = 0
    created: int = 0
    queued: int = 0


def resolve(*, now: datetime) -> Resolved:
    """Resolve every confirmed list that is not resolved yet, and follow withdrawals. Running it again does nothing."""
    committed = not connection.in_atomic_block
    with transaction.atomic():
        now = locks.hold_from(locks.IDENTITIES, now)
        fresh = list(confirmed_imports().filter(resolution=None).values_list("pk", flat=True))
        turned = list(turned_lists())
        if not fresh and not turned:
            return Resolved()
        lists = [*fresh, *(listed.pk for listed in turned)]
        _mark(fresh, now)
        corrected = LineCorrection.objects.filter(list_import__in=lists).values("corrects")
        held = MatchDecision.objects.filter(superseded_at=None).order_by().values_list("enterprise_id", flat=True)
        # Of either kind by itself: for those of this list or that one, the planner would read all.
        swept = sweep(
            Entry.objects.filter(list_import__in=lists).union(Entry.objects.filter(pk__in=corrected)),
            now=now,
            also=held.filter(entry__list_import__in=turned).union(held.filter(entry__in=corrected)),
            committed=committed,
        )
        done = _count(fresh, swept)
        for listed in turned:
            ListResolution.objects.filter(list_import=listed).update(state_seen=listed.state)
    return done


def resolve_again(*, now: datetime) -> Sequence[tuple[str, str, str]]:
    """Judge all entries anew, as after a change of rules. Returns the entries that came to somebody else.

    Of each: its name, whose it was and whose it is, as public ids. A person's word binds as before.
    """
    with transaction.atomic():
        now = locks.hold_from(locks.IDENTITIES, now)
        last = MatchDecision.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        sweep(None, now=now)
        return recording.moved_since(last)


def sweep(
    seeds: QuerySet[Entry] | None,
    *,
    now: datetime,
    also: Iterable[int] = (),
    learned: bool = False,
    committed: bool = False,
) -> "Swept":
    """Judge the entries and all that they may change; None stands for all. The caller holds the lock of identities.

    `also` are enterprises to derive anew although no entry comes to them or leaves: a list that named them is
    withdrawn. `learned`: the names of all seeds are kept already. `committed`: of what is known, the caller's
    transaction has written nothing.
    """
    known = NameKeys.objects.exists()
    near = _near(seeds if known else None, learned=learned and known, committed=committed)
    present, words = near.present, _words(near.present)
    with Behind() as behind:
        neighbouring.learn(behind, near.come, first=not known)
        pooling.know_lists(behind, known_by=now)
        decided = decide(present.evidence, words, line=settings.MATCH_LINE)
    waits = np.zeros(len(present.evidence), dtype=np.bool_)
    waits[list(decided.waiting)] = True
    owners = owning.own(present, decided, waits)
    written = recording.record(present, decided, waits, owners, now=now)
    looked_at = asking.ask(present, decided, owners, near.asked, now=now)
    standing_in.follow(now=now)
    disputing.follow(None if near.seeds is None else looked_at.union(near.seeds), now=now)
    touched = written.touched | set(also)
    if touched:
        pooling.refresh_identities(as_of=localdate(now), now=now, only=sorted(touched), lists_are_known=True)
    return Swept(present, waits, written.founding)


@dataclass(frozen=True)
class Swept:
    """The rows that a sweep looked at, which of them wait for a person, and which founded an enterprise."""

    present: Present
    waits: Flags
    founding: Flags


def _near(seeds: QuerySet[Entry] | None, *, learned: bool, committed: bool) -> Near:
    """The rows to judge, and which of them a person may be asked of."""
    entries = None if seeds is None else list(seeds.order_by().values_list("pk", flat=True))
    every = _all_entries()
    if entries is None or _are_many(len(entries), every):
        aside = committed and every > evidence.HALVED
        with _sessions(planning.read_as_a_whole, aside=aside) as sessions, planning.as_a_whole():
            present = evidence.read(sessions, last=every)
        come = neighbouring.keys_of(present.evidence)
        asked = np.ones(len(present.evidence), dtype=np.bool_)
        return Near(None, present, asked, come.clear() if learned else come)
    few = len(entries)
    step = partial(planning.step_by_index, few, of=every)
    with (
        _sessions(step, aside=committed and few > planning.FEW) as sessions,
        planning.by_index(few, of=every, steps=True),
    ):
        return neighbouring.gather(entries, sessions, learned=learned)


def _sessions(prepare: Callable[[], None], *, aside: bool) -> AbstractContextManager[Sessions]:
    """Over which sessions is asked: a few entries are not worth another."""
    return several(prepare) if aside else nullcontext(Sessions())


def _are_many(few: int, every: int) -> bool:
    """Whether it is cheaper to read all than to look for what hangs together with these."""
    return few > planning.FEW and (few * _WHOLE > every or few > _MOST)


def _all_entries() -> int:
    """About how many entries there are: counting them would take reading them all."""
    return Entry.objects.aggregate(last=Max("pk"))["last"] or 0


def _words(present: Present) -> Words:
    """What people said of these rows and did not take back."""
    live = Judgement.objects.filter(withdrawn_at=None).order_by("pk")
    said = list(live.values_list("entry_id", "other_id", "verdict"))
    row_of = evidence.row_numbers(present.evidence, [entry for pair in said for entry in pair[:2] if entry])
    pairs: dict[str, list[tuple[int, int]]] = {Verdict.SAME: [], Verdict.DIFFERENT: []}
    alone = set()
    for entry, other, verdict in said:
        if verdict == Verdict.ALONE:
            alone |= {row_of[entry]} if entry in row_of else set()
        elif entry in row_of and other in row_of:
            pairs[verdict].append((row_of[entry], row_of[other]))
    return Words(tuple(pairs[Verdict.SAME]), tuple(pairs[Verdict.DIFFERENT]), frozenset(alone))


def _mark(fresh: Sequence[int], now: datetime) -> None:
    """Note on each list that it is resolved: what is derived of its entries counts from now on."""
    with connection.cursor() as cursor:
        cursor.execute(_MARKS, [now, list(fresh)])


def _count(fresh: Sequence[int], swept: Swept) -> Resolved:
    """Note what became of the entries of each list."""
    rows = swept.present.evidence.rows.select("listed").with_columns(
        queued=pl.Series(swept.waits), created=pl.Series(swept.founding)
    )
    resolved = rows.filter(pl.col("listed").is_in(fresh)).group_by("listed")
    counted = resolved.agg(pl.len(), pl.col("queued").sum(), pl.col("created").sum()).with_columns(
        matched=pl.col("len").cast(pl.Int64) - pl.col("queued") - pl.col("created")
    )
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [counted[name].to_list() for name in ("listed", "matched", "created", "queued")])
    total = counted.select("len", "matched", "created", "queued").sum().row(0)
    return Resolved(len(fresh), *(int(number) for number in total))
