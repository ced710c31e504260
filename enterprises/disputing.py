"""Whom an unsettled line may mean that takes something away, or of a full list, is written down.

Law: a dispute is ended, never changed: a pool of the past can be derived again.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from registry.copying import as_numbers

# Of the items that are open, each entry's list is looked up: there are few beside all entries.
_OPEN = """
    CREATE TEMPORARY TABLE open_dispute ON COMMIT DROP AS
    WITH r AS MATERIALIZED (
        SELECT id, entry_id FROM enterprises_reviewitem
        WHERE closed_at IS NULL AND (%(entries)s::bigint[] IS NULL OR entry_id = ANY(%(entries)s::bigint[]))
    )
    SELECT DISTINCT r.entry_id, c.enterprise_id
    FROM r
    CROSS JOIN LATERAL (SELECT list_import_id FROM registry_entry WHERE id = r.entry_id OFFSET 0) e
    JOIN registry_listimport l ON l.id = e.list_import_id AND (l.notice IN ('revocation', 'move_out') OR l.is_full)
    JOIN enterprises_reviewitem_candidates c ON c.reviewitem_id = r.id
"""
_END = """
    UPDATE enterprises_dispute d SET until = %(now)s
    WHERE d.until IS NULL AND (%(entries)s::bigint[] IS NULL OR d.entry_id = ANY(%(entries)s::bigint[]))
      AND NOT EXISTS (SELECT 1 FROM open_dispute o
                      WHERE o.entry_id = d.entry_id AND o.enterprise_id = d.enterprise_id)
"""
_BEGIN = """
    INSERT INTO enterprises_dispute (entry_id, enterprise_id, since)
    SELECT o.entry_id, o.enterprise_id, %(now)s FROM open_dispute o
    WHERE NOT EXISTS (SELECT 1 FROM enterprises_dispute d
                      WHERE d.entry_id = o.entry_id AND d.enterprise_id = o.enterprise_id AND d.until IS NULL)
    ORDER BY o.entry_id, o.enterprise_id
"""


def follow(entries: Collection[int] | None, *, now: datetime) -> None:
    """Bring the disputes over these entries, of which items may have changed, in line with the queue; None: all."""
    looked_at = None if entries is None else as_numbers(entries)
    with connection.cursor() as cursor:
        for statement in ("DROP TABLE IF EXISTS open_dispute", _OPEN, _END, _BEGIN):
            cursor.execute(statement, {"entries": looked_at, "now": now})
