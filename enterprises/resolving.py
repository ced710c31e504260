"""Step 3 of the path: every usable entry of a confirmed list gets an enterprise, or a place in the review queue.

Law: a list is resolved whole, in one transaction, once; lists come in an order that depends on them alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Max
from django.utils.timezone import localdate

from enterprises import likenames, locks
from enterprises.evidence import Row, known_to, rows_of
from enterprises.matching.ladder import BY_LIKENESS, Known, Verdict, judge
from enterprises.models import (
    PERHAPS_THE_SAME,
    Enterprise,
    ListResolution,
    MatchDecision,
    PoolRebuild,
    ReviewItem,
)
from enterprises.numbering import next_number
from enterprises.pooling import refresh_identities
from enterprises.public_ids import public_id
from registry.copying import as_json, copy_rows
from registry.models import ImportEvent, ListImport
from registry.queries import confirmed_imports

_ENTERPRISE = ("id", "public_id", "name", "name_key", "uscc", "district_id", "in_scope", "created_at")
_DECISION = ("entry_id", "enterprise_id", "rule", "reasons", "decided_at")


_JOIN = """
    WITH moved AS (
        UPDATE enterprises_matchdecision SET superseded_at = %(now)s
        WHERE enterprise_id = %(gone)s AND superseded_at IS NULL RETURNING entry_id, reasons
    )
    INSERT INTO enterprises_matchdecision (entry_id, enterprise_id, rule, reasons, decided_at)
    SELECT entry_id, %(kept)s, 'joined', reasons || jsonb_build_object('because', %(because)s::bigint), %(now)s
    FROM moved
"""


# Each entry goes back to the enterprise that it was taken from.
_PART = """
    WITH undone AS (
        UPDATE enterprises_matchdecision d SET superseded_at = %(now)s
        FROM registry_entry e JOIN registry_listimport i ON i.id = e.list_import_id AND i.state <> 'confirmed'
        WHERE d.superseded_at IS NULL AND d.rule = 'joined' AND e.id = (d.reasons ->> 'because')::bigint
        RETURNING d.entry_id, d.enterprise_id, d.decided_at
    ), back AS (
        SELECT DISTINCT ON (u.entry_id) u.entry_id, u.enterprise_id AS kept, p.enterprise_id, p.rule, p.reasons
        FROM undone u
        JOIN enterprises_matchdecision p ON p.entry_id = u.entry_id AND p.superseded_at = u.decided_at
        ORDER BY u.entry_id, p.id DESC
    ), written AS (
        INSERT INTO enterprises_matchdecision (entry_id, enterprise_id, rule, reasons, decided_at)
        SELECT entry_id, enterprise_id, rule, reasons, %(now)s FROM back
    )
    SELECT DISTINCT kept, enterprise_id FROM back
"""
# Nothing is left to ask where every candidate is the founded enterprise by now, or has another code.
_ANSWERED = """
    UPDATE enterprises_reviewitem r SET closed_at = %(now)s
    WHERE r.closed_at IS NULL AND r.cause = %(cause)s AND NOT EXISTS (
        SELECT 1 FROM enterprises_reviewitem_candidates c
        JOIN enterprises_enterprise other ON other.id = c.enterprise_id
        JOIN enterprises_matchdecision d ON d.entry_id = r.entry_id AND d.superseded_at IS NULL
        JOIN enterprises_enterprise own ON own.id = d.enterprise_id
        WHERE c.reviewitem_id = r.id AND coalesce(other.merged_into_id, other.id) <> own.id
          AND (own.uscc IS NULL OR other.uscc IS NULL))
"""


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
    suggestions: list[tuple[int, Verdict]] = field(default_factory=list)
    names: set[tuple[str, int]] = field(default_factory=set)  # name keys that became an enterprise's own
    joins: list[tuple[int, int, int]] = field(default_factory=list)  # kept, gone, the entry that says so
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
    _close_answered(now)
    return total


def _close_answered(now: datetime) -> None:
    """Close suggestions that later rows answered: the two are one by now, or each has a code of its own."""
    with transaction.atomic(), connection.cursor() as cursor:
        locks.hold(locks.IDENTITIES)
        cursor.execute(_ANSWERED, {"now": now, "cause": PERHAPS_THE_SAME})


def _judge_again(now: datetime) -> int:
    """Settle what has become clear, and give what is still in doubt the candidates that came later.

    Returns how many were settled. It asks the queue alone, not what this sweep did: a sweep that was killed before it
    came here must leave nothing undone.
    """
    settled = 0
    # Whether two that stand apart are one is for a person alone to say.
    open_items = ReviewItem.objects.filter(closed_at=None).exclude(cause=PERHAPS_THE_SAME)
    for listed in confirmed_imports().filter(entries__review__in=open_items).distinct().select_related("programme"):
        with transaction.atomic():
            locks.hold(locks.IDENTITIES)
            outcome = _Outcome()
            items = (
                open_items.filter(entry__list_import=listed)
                .prefetch_related("candidates")
                .in_bulk(field_name="entry_id")
            )
            rows = list(rows_of(listed, only=list(items)))
            known = known_to(listed, rows)
            for row in rows:
                verdict = judge(row.evidence, known)
                if verdict.outcome in ("same", "join") and verdict.enterprise is not None:
                    _tie(outcome, row, verdict, verdict.enterprise, known, now)
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
        with transaction.atomic():
            locks.hold(locks.IDENTITIES)
            _part_again(now)
        refresh_identities(as_of=localdate(now), now=now)


def _resolve_list(listed: ListImport, now: datetime) -> ListResolution:
    outcome = _Outcome()
    rows = list(rows_of(listed))
    known = known_to(listed, rows)
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
            if verdict.candidates:
                outcome.suggestions.append((row.entry, verdict))
        assert enterprise is not None  # noqa: S101 - a verdict of "same" names one
        _tie(outcome, row, verdict, enterprise, known, now)
    resolution = ListResolution.objects.create(
        list_import=listed,
        matched=len(outcome.decisions) - created,
        created=created,
        queued=len(outcome.reviews),
        resolved_at=now,
    )
    _write(outcome, now)
    return resolution


def _tie(outcome: _Outcome, row: Row, verdict: Verdict, enterprise: int, known: Known, now: datetime) -> None:
    """Tie the row to the enterprise, and to it whatever turned out to be the same."""
    if verdict.outcome == "join":
        for gone in verdict.candidates:
            outcome.joins.append((enterprise, gone, row.entry))
            outcome.touched |= {enterprise, gone}
            known.join(enterprise, gone)
    _note(outcome, row, verdict, enterprise, known, now)
    known.learn(enterprise, row.evidence, verdict.rule)
    if verdict.rule not in BY_LIKENESS:
        outcome.names.add((row.evidence.name, enterprise))


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
    doubts += [(entry, PERHAPS_THE_SAME, now) for entry, _verdict in outcome.suggestions]
    copy_rows(ReviewItem._meta.db_table, ("entry_id", "cause", "opened_at"), doubts)
    likenames.remember(outcome.names)
    for kept, gone, entry in outcome.joins:
        join(kept=kept, gone=gone, because=entry, now=now)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO enterprises_reviewitem_candidates (reviewitem_id, enterprise_id) "
            "SELECT r.id, c.enterprise FROM unnest(%s::bigint[], %s::bigint[]) AS c (entry, enterprise) "
            "JOIN enterprises_reviewitem r ON r.entry_id = c.entry",
            _columns(
                (entry, one)
                for entry, verdict in (*outcome.reviews, *outcome.suggestions)
                for one in verdict.candidates
            ),
        )
    if outcome.touched:
        refresh_identities(as_of=localdate(now), now=now, only=sorted(outcome.touched))


def join(*, kept: int, gone: int, because: int | None, now: datetime) -> None:
    """Let all entries of `gone` be `kept`'s; `gone` stays as a tombstone that names it.

    `because` is the entry behind it, or None where a person said so.

    The caller holds the lock of identities, and refreshes both.
    """
    with connection.cursor() as cursor:
        cursor.execute(_JOIN, {"kept": kept, "gone": gone, "now": now, "because": because})
    Enterprise.objects.filter(pk=gone).update(merged_into_id=kept)
    likenames.hand_over(gone=gone, kept=kept)


def _part_again(now: datetime) -> None:
    """Undo what rows of lists joined that count no more."""
    with connection.cursor() as cursor:
        cursor.execute(_PART, {"now": now})
        pairs = cursor.fetchall()
    Enterprise.objects.filter(pk__in={back for _kept, back in pairs}).update(merged_into=None)


def _columns(rows: Iterable[tuple[int, int]]) -> list[list[int]]:
    pairs = list(rows)
    return [[first for first, _second in pairs], [second for _first, second in pairs]]
