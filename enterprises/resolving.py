"""Step 3 of the path: every usable entry of a confirmed list gets an enterprise, or a place in the review queue.

Law: a list is resolved whole, in one transaction, once; lists come in an order that depends on them alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Max
from django.utils.timezone import localdate

from enterprises import locks
from enterprises.evidence import Row, known_to, rows_of
from enterprises.matching.ladder import Known, Verdict, judge
from enterprises.models import Enterprise, ListResolution, MatchDecision, PoolRebuild, ReviewItem
from enterprises.numbering import next_number
from enterprises.pooling import refresh_identities
from enterprises.public_ids import public_id
from registry.copying import as_json, copy_rows
from registry.models import ImportEvent, ListImport
from registry.queries import confirmed_imports

_ENTERPRISE = ("id", "public_id", "name", "name_key", "uscc", "district_id", "in_scope", "created_at")
_DECISION = ("entry_id", "enterprise_id", "rule", "reasons", "decided_at")


@dataclass
class Resolved:
    """How many lists and entries a sweep resolved, and how."""

    lists: int = 0
    entries: int = 0
    matched: int = 0
    created: int = 0
    queued: int = 0


@dataclass
class _Outcome:
    """What is to be written for one list."""

    enterprises: list[tuple[object, ...]] = field(default_factory=list)
    decisions: list[tuple[int, int, str, str, datetime]] = field(default_factory=list)
    reviews: list[tuple[int, Verdict]] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)  # known enterprises that got a code or another name


def resolve(*, now: datetime) -> Resolved:
    """Resolve every confirmed list that is not resolved yet. Running it again does nothing."""
    total = Resolved()
    _follow_changes_of_state(now)
    for listed in confirmed_imports().filter(resolution=None).select_related("programme"):
        with transaction.atomic():
            locks.hold(locks.IDENTITIES)
            if ListResolution.objects.filter(list_import=listed).exists():
                continue  # another sweep was quicker
            done = _resolve_list(listed, now)
        total.lists += 1
        total.entries += done.matched + done.created + done.queued
        total.matched += done.matched
        total.created += done.created
        total.queued += done.queued
    while _judge_again(now):
        pass  # what was settled may make more clear
    return total


def _judge_again(now: datetime) -> int:
    """Settle what has become clear, and give what is still in doubt the candidates that came later.

    Returns how many were settled. It asks the queue alone, not what this sweep did: a sweep that was killed before it
    came here must leave nothing undone.
    """
    settled = 0
    open_items = ReviewItem.objects.filter(closed_at=None)
    for listed in confirmed_imports().filter(entries__review__in=open_items).distinct().select_related("programme"):
        with transaction.atomic():
            locks.hold(locks.IDENTITIES)
            known, outcome = known_to(listed), _Outcome()
            items = (
                open_items.filter(entry__list_import=listed)
                .prefetch_related("candidates")
                .in_bulk(field_name="entry_id")
            )
            for row in rows_of(listed, only=list(items)):
                verdict = judge(row.evidence, known)
                if verdict.outcome == "same" and verdict.enterprise is not None:
                    _note(outcome, row, verdict, verdict.enterprise, known, now)
                    known.learn(verdict.enterprise, row.evidence)
                elif verdict.outcome == "review":
                    _bring_up_to_date(items[row.entry], verdict)
            open_items.filter(entry__in=[entry for entry, *_rest in outcome.decisions]).update(closed_at=now)
            _write(outcome, now)
        settled += len(outcome.decisions)
    return settled


def _bring_up_to_date(item: ReviewItem, verdict: Verdict) -> None:
    if item.cause != verdict.rule:
        item.cause = verdict.rule
        item.save(update_fields=["cause"])
    if {candidate.pk for candidate in item.candidates.all()} != set(verdict.candidates):
        item.candidates.set(verdict.candidates)


def _follow_changes_of_state(now: datetime) -> None:
    """A resolved list that was withdrawn must attract no entries any more, one that was confirmed again must."""
    since = ImportEvent.objects.filter(at__gte=F("list_import__resolution__resolved_at"))
    last = PoolRebuild.objects.aggregate(at=Max("built_at"))["at"]
    if (since.filter(at__gte=last) if last else since).exists():
        refresh_identities(as_of=localdate(now), now=now)


def _resolve_list(listed: ListImport, now: datetime) -> ListResolution:
    outcome = _Outcome()
    rows = list(rows_of(listed))
    known = known_to(listed)
    next_id = next_number()
    created = 0
    for row in rows:
        verdict = judge(row.evidence, known)
        enterprise = verdict.enterprise
        if verdict.outcome == "review":
            outcome.reviews.append((row.entry, verdict))
            continue
        if verdict.outcome == "new":
            enterprise = next_id + created
            created += 1
            code = row.evidence.code if row.evidence.code not in known.code else None
            here = row.evidence.in_city is not False
            identity = (enterprise, public_id(enterprise), row.name, row.evidence.name, code or None)
            outcome.enterprises.append((*identity, row.district, here, now))
        assert enterprise is not None  # noqa: S101 - a verdict of "same" names one
        _note(outcome, row, verdict, enterprise, known, now)
        known.learn(enterprise, row.evidence)
    resolution = ListResolution.objects.create(
        list_import=listed,
        matched=len(outcome.decisions) - created,
        created=created,
        queued=len(outcome.reviews),
        resolved_at=now,
    )
    _write(outcome, now)
    return resolution


def _note(outcome: _Outcome, row: Row, verdict: Verdict, enterprise: int, known: Known, now: datetime) -> None:
    evidence = row.evidence
    compared = {"name": evidence.name, "code": evidence.code, "number": evidence.number, "former": evidence.former}
    reasons = as_json({part: text for part, text in compared.items() if text})
    outcome.decisions.append((row.entry, enterprise, verdict.rule, reasons, now))
    learns_code = verdict.outcome == "same" and evidence.code and enterprise not in known.code_of
    if evidence.is_rename or learns_code:
        outcome.touched.add(enterprise)


def _write(outcome: _Outcome, now: datetime) -> None:
    copy_rows(Enterprise._meta.db_table, _ENTERPRISE, outcome.enterprises)
    copy_rows(MatchDecision._meta.db_table, _DECISION, outcome.decisions)
    doubts = [(entry, verdict.rule, now) for entry, verdict in outcome.reviews]
    copy_rows(ReviewItem._meta.db_table, ("entry_id", "cause", "opened_at"), doubts)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO enterprises_reviewitem_candidates (reviewitem_id, enterprise_id) "
            "SELECT r.id, c.enterprise FROM unnest(%s::bigint[], %s::bigint[]) AS c (entry, enterprise) "
            "JOIN enterprises_reviewitem r ON r.entry_id = c.entry",
            _columns((entry, one) for entry, verdict in outcome.reviews for one in verdict.candidates),
        )
    if outcome.touched:
        refresh_identities(as_of=localdate(now), now=now, only=sorted(outcome.touched))


def _columns(rows: Iterable[tuple[int, int]]) -> list[list[int]]:
    pairs = list(rows)
    return [[first for first, _second in pairs], [second for _first, second in pairs]]
