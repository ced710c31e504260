"""What stands twice in one list. Law: the database says it, once all rows are there, whatever their number.

While the rows of a list that is not too long go by, their keys are remembered by their hashes: what came once only need
not be looked for.
"""

from django.db import connection

from registry.checking import Line
from registry.models import ListImport

REMEMBERED_ROWS = 200_000  # some 50 MB

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
        SELECT {key} AS key FROM registry_entry
        WHERE list_import_id = %(list)s AND {key} <> '' AND (%(suspects)s::text[] IS NULL OR {key} = ANY(%(suspects)s))
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


class Seen:
    """The keys that went by, and those of them that perhaps went by before (`suspects`, by column)."""

    def __init__(self) -> None:
        self._rows = 0
        self._names: set[int] = set()
        self._codes: set[int] = set()
        self._numbers: set[int] = set()
        self._suspects: dict[str, list[str]] = {"name_key": [], "uscc": [], "number": []}

    def look(self, line: Line) -> None:
        """Take note of a row. Beyond `REMEMBERED_ROWS` nothing is remembered any more."""
        self._rows += 1
        if self._rows > REMEMBERED_ROWS:
            self._names, self._codes, self._numbers = set(), set(), set()
            return
        if _was_there(line.name_key, self._names):
            self._suspects["name_key"].append(line.name_key)
        if line.uscc and _was_there(line.uscc, self._codes):
            self._suspects["uscc"].append(line.uscc)
        if line.number and _was_there(line.number, self._numbers):
            self._suspects["number"].append(line.number)

    def suspects(self, column: str) -> list[str] | None:
        """The values of a column that may stand twice; None where all may."""
        return self._suspects[column] if self._rows <= REMEMBERED_ROWS else None


def _was_there(key: str, known: set[int]) -> bool:
    before = len(known)
    known.add(hash(key))
    return len(known) == before


def note_repeats(listed: ListImport, *, seen: Seen | None = None, again: bool = False) -> None:
    """Note on each row of a staged list that repeats another which row that is.

    `seen`: what was remembered of the rows as they went by; `again` where rows changed since.
    """
    with connection.cursor() as cursor:
        if again:
            cursor.execute(_FORGET, {"list": listed.pk, "codes": list(CODES)})
        for code, severity, key, differing in _SEARCHES:
            suspects = seen.suspects(key) if seen else None
            if suspects is None or suspects:
                query = _FIND.format(key=key, differing=differing)
                cursor.execute(query, {"list": listed.pk, "code": code, "severity": severity, "suspects": suspects})
