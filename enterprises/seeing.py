"""Two photographs of the members, and what differs between them, in tables that live until the transaction ends.

Law: nothing is kept, nobody is held up: it reads what was derived, or an edition as it stands.
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Literal

from django.db import connection

from enterprises import derivation
from enterprises.canonical import Record
from enterprises.delta import Difference
from enterprises.models import Edition

When = Literal["before", "after"]
_OF_EDITION = """
    SELECT enterprise_id, public_id, uscc, name, former_names, district, programmes, recognitions::text
    FROM enterprises_editionmember WHERE edition_id = %s
"""
_RECORD = """
    CASE WHEN {when}.public_id IS NOT NULL THEN jsonb_build_object(
        'id', {when}.public_id, 'uscc', {when}.uscc, 'name', {when}.name, 'former_names', {when}.former_names,
        'district', {when}.district, 'recognitions', {when}.recognitions::json) END
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
_HOLDERS = "SELECT programme, count(*) FROM seen_{when}, unnest(programmes) AS programme GROUP BY programme"


def photograph(when: When, edition: Edition | None = None) -> None:
    """Keep the members as derived last in this transaction, or those of an edition."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS seen_{when}, seen_changed")
        rows = _OF_EDITION if edition else derivation.MEMBER_ROWS
        cursor.execute(
            f"CREATE TEMPORARY TABLE seen_{when} ON COMMIT DROP AS {rows}", [edition.pk] if edition else None
        )
        cursor.execute(f"CREATE UNIQUE INDEX ON seen_{when} (enterprise_id)")
        cursor.execute(f"ANALYZE seen_{when}")


def photograph_nobody(when: When) -> None:
    """As before the first edition."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS seen_{when}, seen_changed")
        cursor.execute(f"CREATE TEMPORARY TABLE seen_{when} ON COMMIT DROP AS {derivation.MEMBER_ROWS} LIMIT 0")


def compare() -> Counter[str]:
    """How many members were added, removed and changed from the one photograph to the other."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED)
        cursor.execute(_COUNTS)
        return Counter(dict(cursor.fetchall()))


def differences(shown: int | None = None) -> Iterator[Difference]:
    """What `compare` found, or the first of it: who was removed, then changed, then added."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, {"shown": shown})
        rows = cursor.fetchall()
    for before, after in rows:
        yield Difference(_record(before), _record(after))


def members(when: When) -> tuple[int, dict[str, int]]:
    """How many members a photograph has, in all and by programme."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM seen_{when}")  # noqa: S608 - one of two words
        (all_of_them,) = cursor.fetchone()
        cursor.execute(_HOLDERS.format(when=when))
        return all_of_them, dict(cursor.fetchall())


def _record(value: str | None) -> Record | None:
    record: Record | None = json.loads(value) if value else None
    return record
