"""A list beside the one before it: who is new, the same, changed, gone. Law: reads only; a name that is not equal after
folding is met again by its number or code, or it is another enterprise.
"""

from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from registry.models import Entry, ImportState, ListImport, NoticeKind

GRANTING = (NoticeKind.RECOGNITION, NoticeKind.RECHECK, NoticeKind.SUPPLEMENT)
COMPARED = (NoticeKind.PUBLICITY, *GRANTING)

# Each row of this list with the row of the list before that speaks of the same enterprise.
_PAIRS = """
    WITH mine AS MATERIALIZED (
        SELECT id, name_key, uscc, number, district_id, issued_on, valid_from, valid_to FROM registry_entry
        WHERE list_import_id = %(mine)s AND usable
    ), theirs AS MATERIALIZED (
        SELECT id, name_key, uscc, number, district_id, issued_on, valid_from, valid_to FROM registry_entry
        WHERE list_import_id = %(theirs)s AND usable
    ), by_name AS MATERIALIZED (
        SELECT m.id AS mine, t.id AS theirs FROM mine m JOIN theirs t USING (name_key) WHERE name_key <> ''
    ), by_code AS MATERIALIZED (
        SELECT m.id AS mine, t.id AS theirs FROM mine m JOIN theirs t USING (uscc)
        WHERE uscc <> '' AND m.id NOT IN (SELECT mine FROM by_name) AND t.id NOT IN (SELECT theirs FROM by_name)
    ), by_number AS MATERIALIZED (
        SELECT m.id AS mine, t.id AS theirs FROM mine m JOIN theirs t USING (number)
        WHERE number <> '' AND m.id NOT IN (SELECT mine FROM by_name UNION ALL SELECT mine FROM by_code)
          AND t.id NOT IN (SELECT theirs FROM by_name UNION ALL SELECT theirs FROM by_code)
    ), pairs AS MATERIALIZED (
        SELECT * FROM by_name UNION ALL SELECT * FROM by_code UNION ALL SELECT * FROM by_number
    ), fates AS MATERIALIZED (
        SELECT m.id, bool_or((m.name_key, m.uscc, m.number, m.district_id, m.issued_on, m.valid_from, m.valid_to)
               IS NOT DISTINCT FROM
               (t.name_key, t.uscc, t.number, t.district_id, t.issued_on, t.valid_from, t.valid_to)) AS same
        FROM pairs p JOIN mine m ON m.id = p.mine JOIN theirs t ON t.id = p.theirs GROUP BY m.id
    ), missing AS MATERIALIZED (
        SELECT t.id FROM theirs t LEFT JOIN pairs p ON p.theirs = t.id WHERE p.theirs IS NULL
    )
"""
_COUNTS = """
    SELECT (SELECT count(*) FROM mine) - (SELECT count(*) FROM fates),
           (SELECT count(*) FROM fates WHERE same), (SELECT count(*) FROM fates WHERE NOT same),
           (SELECT count(*) FROM missing), (SELECT count(*) FROM theirs)
"""
_ROWS = {
    "new": "SELECT m.id FROM mine m LEFT JOIN fates f USING (id) WHERE f.id IS NULL",
    "same": "SELECT id FROM fates WHERE same",
    "changed": "SELECT id FROM fates WHERE NOT same",
    "gone": "SELECT id FROM missing",
}


def list_before(listed: ListImport) -> ListImport | None:
    """The programme's last confirmed list that was published no later than this one."""
    return (
        ListImport.objects.filter(
            programme=listed.programme_id,
            notice__in=GRANTING,
            state=ImportState.CONFIRMED,
            published_on__lte=listed.published_on,
        )
        .exclude(pk=listed.pk)
        .filter(corrections=None)  # corrections are single lines
        .order_by("published_on", "pk")
        .last()
    )


def compare(listed: ListImport) -> dict[str, Any]:
    """How the list differs from the one before it, in numbers of rows; nothing for kinds that grant nothing.

    `limit_passed`: it is full, and ends more of the list before than one person may let go.
    """
    if listed.notice not in COMPARED:
        return {}
    before = list_before(listed)
    if before is None:
        return {"against": None, "new": listed.row_count - listed.faulty_count, "same": 0, "changed": 0, "gone": 0}
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS + _COUNTS, {"mine": listed.pk, "theirs": before.pk})
        new, same, changed, gone, of = cursor.fetchone()
    return {
        "against": before.pk, "against_title": before.title, "new": new, "same": same, "changed": changed,
        "gone": gone, "of": of,
        "limit_passed": listed.is_full and 100 * gone > settings.GONE_LIMIT_PERCENT * of,
    }  # fmt: skip


def rows(listed: ListImport, fate: str) -> QuerySet[Entry]:
    """The rows behind one of the numbers; of the gone ones, the rows of the list before."""
    before = listed.comparison.get("against")
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS + _ROWS[fate], {"mine": listed.pk, "theirs": before or 0})
        found = [pk for (pk,) in cursor.fetchall()]
    return Entry.objects.filter(pk__in=found)
