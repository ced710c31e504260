"""What stands twice in one list. Law: looked for once all rows are there, by the database, whatever their number."""

from django.db import connection

from registry.models import ListImport

CODES = ("line_twice", "code_twice", "number_twice")

_FORGET = """
    UPDATE registry_entry SET problems = (
        SELECT coalesce(jsonb_agg(one ORDER BY at), '[]')
        FROM jsonb_array_elements(problems) WITH ORDINALITY AS p (one, at)
        WHERE one ->> 'code' <> ALL(%(codes)s))
    WHERE list_import_id = %(list)s AND problems <> '[]'
      AND EXISTS (SELECT 1 FROM jsonb_array_elements(problems) AS one WHERE one ->> 'code' = ANY(%(codes)s))
"""
# Each later row of a name that stands several times; of a code or a number, where the names differ.
_FIND = """
    WITH repeated AS MATERIALIZED (
        SELECT {key} AS key FROM registry_entry WHERE list_import_id = %(list)s AND {key} <> ''
        GROUP BY {key} HAVING count(*) > 1 {differing}
    ), rows AS (
        SELECT e.id, first_value(e.row_number) OVER same AS first, row_number() OVER same AS place
        FROM registry_entry e JOIN repeated r ON r.key = e.{key}
        WHERE e.list_import_id = %(list)s
        WINDOW same AS (PARTITION BY e.{key} ORDER BY e.row_number, e.block)
    )
    UPDATE registry_entry e
    SET problems = e.problems || jsonb_build_array(
        jsonb_build_object('code', %(code)s::text, 'severity', %(severity)s::text, 'text', rows.first::text))
    FROM rows WHERE rows.id = e.id AND rows.place > 1
"""
_SEARCHES = (
    ("line_twice", "note", "name_key", ""),
    ("code_twice", "warning", "uscc", "AND count(DISTINCT name_key) > 1"),
    ("number_twice", "warning", "number", "AND count(DISTINCT name_key) > 1"),
)


def note_repeats(listed: ListImport, *, again: bool = False) -> None:
    """Note on each row of a staged list that repeats another which row that is; `again` where rows changed since."""
    with connection.cursor() as cursor:
        if again:
            cursor.execute(_FORGET, {"list": listed.pk, "codes": list(CODES)})
        for code, severity, key, differing in _SEARCHES:
            query = _FIND.format(key=key, differing=differing)
            cursor.execute(query, {"list": listed.pk, "code": code, "severity": severity})
