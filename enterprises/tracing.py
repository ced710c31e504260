"""An enterprise on any day, as known at any moment, each value with the line that it was taken from.

Law: reads only. It is the pool's own derivation, of one enterprise: what it says of an edition's day and moment is what
the edition says.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection, transaction

from enterprises import pooling
from enterprises.models import Enterprise

_IDENTITY = """
    SELECT i.name, coalesce(i.name_source, ''), coalesce(i.uscc, ''), coalesce(i.code_source, ''),
           coalesce(d.name, ''), coalesce(i.district_source, ''), i.in_scope,
           EXISTS (SELECT 1 FROM derived_member m WHERE m.enterprise_id = i.enterprise_id)
    FROM derived_identity i LEFT JOIN registry_district d ON d.id = i.district_id
    WHERE i.enterprise_id = %(enterprise)s
"""
_FORMER = """
    SELECT f.name, k.source FROM derived_former f
    JOIN known_entry k ON k.id = f.entry_id
    JOIN derived_identity i ON i.enterprise_id = f.enterprise_id AND i.name_key <> f.name_key
    WHERE f.enterprise_id = %(enterprise)s ORDER BY f.until, f.name COLLATE "C"
"""
_RECOGNITIONS = """
    SELECT r.code, r.number, r.valid_from, r.valid_to, r.grace_to, r.state, r.counts, r.source, r.extends, r.ended_on,
           r.ended_source
    FROM derived_recognition r
    WHERE r.enterprise_id = %(enterprise)s ORDER BY r.code, r.valid_from, r.source
"""


class Cell(NamedTuple):
    """One published value: of which field (name, former_name, uscc, district), and the line behind it."""

    field: str
    value: str
    source: str


class TracedRecognition(NamedTuple):
    """A recognition with the lines that granted, extended and ended it ("" where none did)."""

    programme: str
    number: str
    valid_from: date
    valid_to: date | None
    grace_to: date | None
    state: str
    counts: bool
    source: str
    extends: str
    ended_on: date | None
    ended_source: str


@dataclass(frozen=True)
class Trace:
    """What held on the day, as known at the moment. Without cells, nothing of the enterprise was known then."""

    cells: tuple[Cell, ...] = ()
    recognitions: tuple[TracedRecognition, ...] = ()
    in_scope: bool = False
    member: bool = False


def trace(*, enterprise: Enterprise, as_of: date, known_by: datetime) -> Trace:
    """Derive the enterprise alone. Raises `NoRule`."""
    with transaction.atomic(), connection.cursor() as cursor:
        pooling.derive(as_of=as_of, known_by=known_by, only=[enterprise.pk])
        one = {"enterprise": enterprise.pk}
        cursor.execute(_IDENTITY, one)
        identity = cursor.fetchone()
        if identity is None:
            return Trace()
        name, by_name, code, by_code, district, by_district, in_scope, member = identity
        cursor.execute(_FORMER, one)
        former = [Cell("former_name", *row) for row in cursor.fetchall()]
        cells = [Cell("name", name, by_name), *former, Cell("uscc", code, by_code)]
        cells.append(Cell("district", district, by_district))
        cursor.execute(_RECOGNITIONS, one)
        recognitions = tuple(TracedRecognition(*row) for row in cursor.fetchall())
        return Trace(tuple(cell for cell in cells if cell.value), recognitions, in_scope, member)
