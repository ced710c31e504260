"""What a list would do to the pool, were it confirmed (or withdrawn). Law: it is done, looked at, and undone.

The very acts that count are run, within a transaction that is rolled back: what is foreseen is what will be.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.utils.timezone import localdate

from enterprises import derivation, locks, pooling, resolving
from enterprises.canonical import Record
from enterprises.delta import Cause, Difference
from enterprises.explaining import explained
from registry.models import ImportEvent, ImportState, ListImport

SHOWN = 200  # changes
SHOWN_ROWS = 30  # of each kind of row that changes nothing

_PHOTOGRAPH = {
    when: (
        f"DROP TABLE IF EXISTS seen_{when}",
        f"CREATE TEMPORARY TABLE seen_{when} ON COMMIT DROP AS {derivation.MEMBER_ROWS}",
        f"CREATE UNIQUE INDEX ON seen_{when} (enterprise_id)",
        f"ANALYZE seen_{when}",
    )
    for when in ("before", "after")
}
_RECORD = """
    CASE WHEN {when}.public_id IS NOT NULL THEN jsonb_build_object(
        'id', {when}.public_id, 'uscc', {when}.uscc, 'name', {when}.name, 'former_names', {when}.former_names,
        'district', {when}.district, 'recognitions', {when}.recognitions) END
"""
_CHANGED = f"""
    CREATE TEMPORARY TABLE seen_changed ON COMMIT DROP AS
    SELECT coalesce(b.enterprise_id, a.enterprise_id) AS enterprise_id,
           coalesce(b.public_id, a.public_id) AS public_id,
           CASE WHEN a.public_id IS NULL THEN 'removed' WHEN b.public_id IS NULL THEN 'added'
                ELSE 'changed' END AS kind,
           {_RECORD.format(when="b")} AS before, {_RECORD.format(when="a")} AS after
    FROM seen_before b FULL JOIN seen_after a USING (enterprise_id)
    WHERE (b.uscc, b.name, b.former_names, b.district, b.recognitions)
          IS DISTINCT FROM (a.uscc, a.name, a.former_names, a.district, a.recognitions)
"""  # noqa: S608 - its parts are constants
_COUNTS = "SELECT kind, count(*) FROM seen_changed GROUP BY kind"
# What takes something away comes first: a mistake there hurts most.
_CHANGES = """
    SELECT before, after FROM seen_changed
    ORDER BY array_position(ARRAY['removed', 'changed', 'added'], kind), public_id LIMIT %(shown)s
"""
_ROWS = """
    SELECT effect, effects, row_number, name, public_id FROM (
        SELECT effect, e.row_number, e.name, public_id,
               count(*) OVER (PARTITION BY effect) AS effects,
               row_number() OVER (PARTITION BY effect ORDER BY e.row_number, e.block) AS place
        FROM (
            SELECT e.row_number, e.block, e.name, coalesce(n.public_id, '') AS public_id,
                   CASE WHEN NOT e.usable THEN 'unusable' WHEN d.id IS NULL THEN 'queued'
                        WHEN c.enterprise_id IS NOT NULL THEN 'changes' WHEN a.enterprise_id IS NOT NULL THEN 'same'
                        ELSE 'outside' END AS effect
            FROM registry_entry e
            LEFT JOIN enterprises_matchdecision d ON d.entry_id = e.id AND d.superseded_at IS NULL
            LEFT JOIN enterprises_enterprise n ON n.id = d.enterprise_id
            LEFT JOIN seen_changed c ON c.enterprise_id = d.enterprise_id
            LEFT JOIN seen_after a ON a.enterprise_id = d.enterprise_id
            WHERE e.list_import_id = %(list)s) AS e) AS placed
    WHERE place <= %(shown)s
    ORDER BY effect, place
"""


class RowSeen(NamedTuple):
    """A row of the list, and the public id of the enterprise it would be tied to ("" for none)."""

    row_number: int
    name: str
    public_id: str


@dataclass
class Foresight:
    """What the step would do.

    `rows` counts the list's rows by effect: changes (their enterprise's record), same, outside (of the pool before and
    after), queued (for a person), unusable; `examples` has the first of each. `counts` is of enterprises: added,
    removed, changed; `changes` has the first of them with their causes.
    """

    step: str
    counts: Counter[str] = field(default_factory=Counter)
    changes: list[tuple[Difference, list[Cause]]] = field(default_factory=list)
    rows: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[RowSeen]] = field(default_factory=dict)


def foresee(*, list_import: ListImport, now: datetime) -> Foresight:
    """What confirming the list would do to today's pool; of a confirmed list, what withdrawing it would.

    Raises `NoRule` where the programme has no rule for the list's day. Nothing is kept.
    """
    leaves = list_import.state == ImportState.CONFIRMED
    seen = Foresight("withdraw" if leaves else "confirm")
    with transaction.atomic():
        locks.hold(locks.IDENTITIES)
        resolving.resolve(now=now)
        _photograph("before", now)
        state = ImportState.WITHDRAWN if leaves else ImportState.CONFIRMED
        ListImport.objects.filter(pk=list_import.pk).update(state=state)
        ImportEvent.objects.create(list_import=list_import, state=state, at=now)
        resolving.resolve(now=now)
        pooling.refresh_identities(as_of=localdate(now), now=now)
        _photograph("after", now)
        _look(seen, list_import)
        transaction.set_rollback(True)
    return seen


def _photograph(when: str, now: datetime) -> None:
    """Keep the members as derived now, in a table that lives until the transaction ends."""
    pooling.derive(as_of=localdate(now), known_by=now)
    with connection.cursor() as cursor:
        for statement in _PHOTOGRAPH[when]:
            cursor.execute(statement)


def _record(value: str | None) -> Record | None:
    record: Record | None = json.loads(value) if value else None
    return record


def _look(seen: Foresight, list_import: ListImport) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED)
        cursor.execute(_COUNTS)
        seen.counts.update(dict(cursor.fetchall()))
        cursor.execute(_CHANGES, {"shown": SHOWN})
        differences = [Difference(_record(before), _record(after)) for before, after in cursor.fetchall()]
        cursor.execute(_ROWS, {"list": list_import.pk, "shown": SHOWN_ROWS})
        for effect, count, *row in cursor.fetchall():
            seen.rows[effect] = count
            seen.examples.setdefault(effect, []).append(RowSeen(*row))
    seen.changes = list(explained(differences))
