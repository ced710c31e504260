"""Step 3 of the path: every usable entry of a confirmed list gets an enterprise, or a place in the review queue.

Law: a list is resolved whole, in one transaction, once; lists come in an order that depends on them alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F, Max
from django.utils.timezone import localdate

from enterprises import locks
from enterprises.matching.ladder import Evidence, Known, Verdict, judge
from enterprises.models import Enterprise, ListResolution, MatchDecision, PoolRebuild, ReviewItem
from enterprises.pooling import refresh_identities
from enterprises.public_ids import public_id
from registry.copying import as_json, copy_rows
from registry.models import ImportEvent, ListImport, NoticeKind
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


class _Row(NamedTuple):
    entry: int
    name: str
    district: int | None
    evidence: Evidence


@dataclass
class _Outcome:
    """What is to be written for one list."""

    enterprises: list[tuple[object, ...]] = field(default_factory=list)
    decisions: list[tuple[object, ...]] = field(default_factory=list)
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
    return total


def _follow_changes_of_state(now: datetime) -> None:
    """A resolved list that was withdrawn must attract no entries any more, one that was confirmed again must."""
    since = ImportEvent.objects.filter(at__gte=F("list_import__resolution__resolved_at"))
    last = PoolRebuild.objects.aggregate(at=Max("built_at"))["at"]
    if (since.filter(at__gte=last) if last else since).exists():
        refresh_identities(as_of=localdate(now), now=now)


def _resolve_list(listed: ListImport, now: datetime) -> ListResolution:
    outcome = _Outcome()
    rows = list(_rows(listed))
    known = _known(listed)
    next_id = (Enterprise.objects.aggregate(last=Max("id"))["last"] or 0) + 1
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
            outcome.enterprises.append(
                (enterprise, public_id(enterprise), row.name, row.evidence.name, code or None, row.district, True, now)
            )
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


def _note(outcome: _Outcome, row: _Row, verdict: Verdict, enterprise: int, known: Known, now: datetime) -> None:
    evidence = row.evidence
    compared = {"name": evidence.name, "code": evidence.code, "number": evidence.number, "former": evidence.former}
    reasons = as_json({part: text for part, text in compared.items() if text})
    outcome.decisions.append((row.entry, enterprise, verdict.rule, reasons, now))
    if verdict.outcome == "same" and (evidence.is_rename or (evidence.code and enterprise not in known.code_of)):
        outcome.touched.add(enterprise)


def _rows(listed: ListImport) -> Iterator[_Row]:
    """The list's usable entries in order of row; a number identifies where the programme's numbers have a shape."""
    is_rename = listed.notice == NoticeKind.RENAME
    local = not listed.province_wide
    identifies = bool(listed.programme.number_pattern)
    entries = listed.entries.filter(usable=True).order_by("row_number", "id")
    values = entries.values_list(
        "id", "name", "name_key", "former_key", "uscc", "number", "district_id", "district_text"
    )
    for entry, name, key, former, uscc, number, district, text in values.iterator(5_000):
        ours = local or district is not None or not text
        evidence = Evidence(
            name=key,
            former=former,
            code=uscc,
            number=number if identifies else "",
            is_rename=is_rename,
            must_match=listed.notice == NoticeKind.REVOCATION and ours,
        )
        yield _Row(entry, name, district, evidence)


_KNOWN_CODES = """
SELECT uscc, id FROM enterprises_enterprise
WHERE uscc IN (SELECT uscc FROM registry_entry WHERE list_import_id = %(list)s AND uscc <> '')
"""
_KNOWN_NUMBERS = """
SELECT e.number, d.enterprise_id
FROM registry_entry e
JOIN registry_listimport i ON i.id = e.list_import_id AND i.programme_id = %(programme)s AND i.state = 'confirmed'
JOIN enterprises_matchdecision d ON d.entry_id = e.id AND d.superseded_at IS NULL
WHERE e.number IN (SELECT number FROM registry_entry WHERE list_import_id = %(list)s AND number <> '')
"""
_KEYS = """
SELECT name_key FROM registry_entry WHERE list_import_id = %(list)s AND name_key <> ''
UNION SELECT former_key FROM registry_entry WHERE list_import_id = %(list)s AND former_key <> ''
"""
_KNOWN_NAMES = f"SELECT name_key, id FROM enterprises_enterprise WHERE name_key IN ({_KEYS})"  # noqa: S608
_KNOWN_FORMER = f"SELECT name_key, enterprise_id FROM enterprises_formername WHERE name_key IN ({_KEYS})"  # noqa: S608
_CODES_OF = "SELECT id, uscc FROM enterprises_enterprise WHERE id = ANY(%(ids)s) AND uscc IS NOT NULL"
_FORMER_OF = "SELECT name_key, enterprise_id FROM enterprises_formername WHERE enterprise_id = ANY(%(ids)s)"
_NAMES_OF = "SELECT name_key, id FROM enterprises_enterprise WHERE id = ANY(%(ids)s) AND name_key <> ''"


def _known(listed: ListImport) -> Known:
    """Everything that the keys of this list touch, read in a few set-based queries."""
    known = Known()
    where: dict[str, int | list[int]] = {"list": listed.pk, "programme": listed.programme_id}
    with connection.cursor() as cursor:

        def pairs(query: str, **more: list[int]) -> Iterator[tuple[str, int]]:
            cursor.execute(query, {**where, **more})
            yield from cursor.fetchall()

        known.code.update(pairs(_KNOWN_CODES))
        for index, query in ((known.number, _KNOWN_NUMBERS), (known.name, _KNOWN_NAMES), (known.former, _KNOWN_FORMER)):
            for key, enterprise in pairs(query):
                index[key].add(enterprise)
        touched = {*known.code.values()}.union(*known.number.values(), *known.name.values(), *known.former.values())
        ids = sorted(touched)
        for index, query in ((known.name, _NAMES_OF), (known.former, _FORMER_OF)):
            for key, enterprise in pairs(query, ids=ids):
                index[key].add(enterprise)
        cursor.execute(_CODES_OF, {"ids": ids})
        known.code_of.update(cursor.fetchall())
    return known


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
