"""Step 3 of the path: every usable entry of a confirmed list gets an enterprise, or a place in the review queue.

Law: a sweep takes all that changed since the last one, in one transaction, and nothing that it need not touch. What it
comes to follows from the entries and people's words, not from the order in which they came.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

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
    filling,
    locks,
    neighbouring,
    owning,
    planning,
    recording,
    standing_in,
)
from enterprises.evidence import Present
from enterprises.matching.clusters import Flags
from enterprises.matching.deciding import decide
from enterprises.matching.said import Words
from enterprises.models import Judgement, ListResolution, MatchDecision, NameKeys, Verdict
from enterprises.pooling import refresh_identities
from enterprises.queries import turned_lists
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
    present, asked = _present(seeds, learned=learned or not known, committed=committed)
    words = _words(present)
    with Behind() as behind:
        if not known:
            rows, table = len(present.evidence), NameKeys._meta.db_table
            filling.fill(behind, table, lambda: neighbouring.keys_of(present.evidence), rows=rows, first=True)
        decided = decide(present.evidence, words, line=settings.MATCH_LINE)
    waits = np.zeros(len(present.evidence), dtype=np.bool_)
    waits[list(decided.waiting)] = True
    owners = owning.own(present, decided, waits)
    written = recording.record(present, decided, waits, owners, now=now)
    asking.ask(present, decided, owners, asked, now=now)
    standing_in.follow(now=now)
    disputing.follow(None if seeds is None else present.held["entry"].to_list(), now=now)
    touched = written.touched | set(also)
    if touched:
        refresh_identities(as_of=localdate(now), now=now, only=sorted(touched))
    return Swept(present, waits, written.founding)


@dataclass(frozen=True)
class Swept:
    """The rows that a sweep looked at, which of them wait for a person, and which founded an enterprise."""

    present: Present
    waits: Flags
    founding: Flags


def _present(seeds: QuerySet[Entry] | None, *, learned: bool, committed: bool) -> tuple[Present, Flags]:
    """The rows to judge, and which of them a person may be asked of: those that hang together with a seed."""
    known = seeds is not None and NameKeys.objects.exists()
    entries = list(seeds.order_by().values_list("pk", flat=True)) if seeds is not None and known else None
    if entries is None or _are_many(entries):
        with planning.as_a_whole():
            present = evidence.read(near=False)
        if not learned:
            neighbouring.learn_names(present.evidence)
        return present, np.ones(len(present.evidence), dtype=np.bool_)
    every, few = _all_entries(), len(entries) <= planning.FEW
    if not learned:
        with planning.by_index(len(entries), of=every, steps=few):
            neighbouring.begin(entries)
            neighbouring.learn_names(evidence.read(near=True).evidence)
    neighbouring.gather(entries, of=every, committed=committed)
    with planning.by_index(len(entries), of=every, steps=few):
        present = evidence.read(near=True)
    near = evidence.fetched("SELECT id, asked FROM near_entry", {"entry": pl.Int64, "asked": pl.String})
    rows = present.evidence.rows.select("entry").join(near, on="entry", how="left", maintain_order="left")
    return present, (rows["asked"] == evidence.TRUE).to_numpy()


def _are_many(entries: Sequence[int]) -> bool:
    """Whether it is cheaper to read all than to look for what hangs together with these."""
    return len(entries) > planning.FEW and len(entries) * _WHOLE > _all_entries()


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
