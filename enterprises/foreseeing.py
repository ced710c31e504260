"""What a list would do to the pool, were it confirmed (or withdrawn). Law: it is done, looked at, and undone.

The very acts that count are run, within a transaction that is rolled back: what is foreseen is what will be.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.utils.timezone import localdate

from enterprises import locks, pooling, resolving, seeing
from enterprises.delta import Cause, Difference
from enterprises.explaining import explained
from registry.models import ImportEvent, ImportState, ListImport

SHOWN = 200  # changes
SHOWN_ROWS = 30  # of each kind of row that changes nothing

_ROWS = """
    SELECT effect, effects, row_number, name, public_id FROM (
        SELECT effect, e.row_number, e.name, public_id,
               count(*) OVER (PARTITION BY effect) AS effects,
               row_number() OVER (PARTITION BY effect ORDER BY e.row_number, e.block) AS place
        FROM (
            SELECT e.row_number, e.block, e.name, coalesce(n.public_id, '') AS public_id,
                   CASE WHEN NOT e.usable THEN 'unusable'
                        WHEN d.id IS NULL OR v.id IS NOT NULL THEN 'queued'
                        WHEN c.enterprise_id IS NOT NULL THEN 'changes' WHEN a.enterprise_id IS NOT NULL THEN 'same'
                        ELSE 'outside' END AS effect
            FROM registry_entry e
            LEFT JOIN enterprises_matchdecision d ON d.entry_id = e.id AND d.superseded_at IS NULL
            LEFT JOIN enterprises_reviewitem v ON v.entry_id = e.id AND v.closed_at IS NULL
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
    after), queued (a person is asked, though some enterprise may have them meanwhile), unusable; `examples` has the
    first of each. `counts` is of enterprises: added, removed, changed; `changes` has the first of them with their
    causes.
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


def _photograph(when: seeing.When, now: datetime) -> None:
    pooling.derive(as_of=localdate(now), known_by=now)
    seeing.photograph(when)


def _look(seen: Foresight, list_import: ListImport) -> None:
    seen.counts.update(seeing.compare())
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, {"list": list_import.pk, "shown": SHOWN_ROWS})
        for effect, count, *row in cursor.fetchall():
            seen.rows[effect] = count
            seen.examples.setdefault(effect, []).append(RowSeen(*row))
    seen.changes = list(explained(seeing.differences(SHOWN)))
