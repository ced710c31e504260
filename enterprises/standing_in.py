"""A correction is of whom the line is that it corrects. Law: its decision follows that line's.

It lets whoever looks by its name, number or code find the enterprise.
"""

from datetime import datetime

from django.db import connection

_FOLLOWING = """
    CREATE TEMPORARY TABLE following_line ON COMMIT DROP AS
    SELECT e.id AS entry_id, d.enterprise_id, d.rule, d.slipped, d.decided_by_id
    FROM registry_linecorrection c
    JOIN registry_entry e ON e.list_import_id = c.list_import_id AND e.row_number = c.row_number
    JOIN registry_listimport i ON i.id = c.list_import_id
    LEFT JOIN enterprises_matchdecision d ON d.entry_id = c.corrects_id AND d.superseded_at IS NULL
         AND i.state = 'confirmed'
    WHERE c.corrects_id IS NOT NULL
"""
_LEAVE = """
    UPDATE enterprises_matchdecision m SET superseded_at = %(now)s FROM following_line f
    WHERE m.entry_id = f.entry_id AND m.superseded_at IS NULL AND m.enterprise_id IS DISTINCT FROM f.enterprise_id
"""
_JOIN = """
    INSERT INTO enterprises_matchdecision (entry_id, enterprise_id, rule, slipped, decided_at, decided_by_id)
    SELECT f.entry_id, f.enterprise_id, f.rule, f.slipped, %(now)s, f.decided_by_id FROM following_line f
    WHERE f.enterprise_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM enterprises_matchdecision m WHERE m.entry_id = f.entry_id AND m.superseded_at IS NULL)
    ORDER BY f.entry_id
"""


def follow(*, now: datetime) -> None:
    """Bring the decisions of all corrections in line with those of the lines that they correct."""
    with connection.cursor() as cursor:
        for statement in ("DROP TABLE IF EXISTS following_line", _FOLLOWING, _LEAVE, _JOIN):
            cursor.execute(statement, {"now": now})
