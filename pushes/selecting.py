"""Step 6 of the path, cut: an institution's part of an edition, and of the one it was told before, in the database.

Law: what leaves these tables was agreed. They live in the connection until the transaction ends; rows are shaped where
they lie and flow out by COPY.

The rows are those of `cutting.Cut`; tests hold the SQL to its words.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import connection
from psycopg.sql import SQL, Composable, Composed, Literal

from enterprises.delta import Cause, Kind
from enterprises.models import Edition
from pushes.cutting import OF_OTHERS, Cut, first_seen
from pushes.formats import words
from registry.queries import sources

_CHUNK = 2_000

_OWN = SQL("""
    ({name_only} OR m.uscc <> '')
    AND ({districts}::varchar[] = '{{}}' OR m.district = ANY({districts}::varchar[]))
    AND ({programmes}::varchar[] = '{{}}' OR m.programmes && {programmes}::varchar[])
""")
# Apart, so that the planner knows how many they are.
_FIRST = SQL("""
    CREATE TEMPORARY TABLE cut_first ON COMMIT DROP AS
    SELECT public_id, ({labels}::text[])[min(array_position({line}, edition_id))] AS label
    FROM enterprises_editionmember m WHERE m.edition_id = ANY({line}) AND {own}
    GROUP BY public_id
""")
_LAID_OUT = SQL("""
    CREATE TEMPORARY TABLE {table} ON COMMIT DROP AS
    SELECT m.public_id, m.uscc, m.name,
           CASE WHEN {hides_former} THEN '{{}}' ELSE m.former_names END AS former_names,
           CASE WHEN {hides_district} THEN '' ELSE m.district END AS district,
           f.label AS first_edition, k.recognitions
    FROM enterprises_editionmember m
    JOIN cut_first f USING (public_id)
    CROSS JOIN LATERAL (
        SELECT jsonb_agg(r ORDER BY place) AS recognitions
        FROM jsonb_array_elements(m.recognitions::jsonb) WITH ORDINALITY AS o (r, place)
        WHERE {programmes}::varchar[] = '{{}}' OR r ->> 'programme' = ANY({programmes}::varchar[])
    ) k
    WHERE m.edition_id = {edition} AND {own}
""")
_REFERENCES = """
    SELECT DISTINCT split_part(r ->> 'source', '#', 1) FROM cut_after, jsonb_array_elements(recognitions) AS r
"""
_NOTICES = """
    CREATE TEMPORARY TABLE cut_notice (
        reference text PRIMARY KEY, title text, document_number text, published_on text, url text
    ) ON COMMIT DROP
"""
_OUT = SQL("COPY ({query}) TO STDOUT (FORMAT csv, ENCODING 'UTF8', NULL '\\N')")  # so that no empty text is quoted
_MEMBERS = SQL("SELECT {cells} FROM cut_after m ORDER BY m.public_id")
_RECOGNITIONS = SQL("""
    SELECT {cells}
    FROM cut_after m
    CROSS JOIN jsonb_array_elements(m.recognitions) WITH ORDINALITY AS o (r, place)
    LEFT JOIN cut_notice n ON n.reference = split_part(r ->> 'source', '#', 1)
    ORDER BY m.public_id, place
""")
_ANNEX_REFERENCES = SQL("""
    SELECT DISTINCT split_part(r ->> 'source', '#', 1)
    FROM enterprises_editionannex a JOIN cut_after USING (public_id), json_array_elements(a.payload) AS r
    WHERE a.edition_id = {edition} AND a.programme = ANY({programmes}::varchar[])
""")
_ANNEX = SQL("""
    SELECT {cells}
    FROM cut_after m
    JOIN enterprises_editionannex a ON a.edition_id = {edition} AND a.public_id = m.public_id
         AND a.kind = {kind} AND a.programme = ANY({programmes}::varchar[])
    CROSS JOIN jsonb_array_elements(a.payload::jsonb) WITH ORDINALITY AS o (r, place)
    LEFT JOIN cut_notice n ON n.reference = split_part(r ->> 'source', '#', 1)
    ORDER BY m.public_id, a.programme, place
""")
_INDICATORS = SQL("""
    SELECT DISTINCT a.programme, code
    FROM enterprises_editionannex a JOIN cut_after USING (public_id), json_array_elements(a.payload) AS r,
         json_object_keys(r -> 'values') AS code
    WHERE a.edition_id = {edition} AND a.kind = 'points' AND a.programme = ANY({programmes}::varchar[])
    ORDER BY 1, 2
""")
# What an enterprise's row may show of it. Where it left, that is its last state here. The edition in which it was seen
# first is compared where it is told: it changes only where that one was withdrawn.
_SHOWN = "(m.uscc, m.name, m.former_names, m.district, m.recognitions)"
_CHANGES = SQL("""
    WITH differing AS (
        SELECT coalesce(b.public_id, m.public_id) AS public_id,
               CASE WHEN b.public_id IS NULL THEN 'added' WHEN m.public_id IS NULL THEN 'removed' ELSE 'changed' END
                   AS kind,
               CASE WHEN {tells_first} AND b.first_edition <> m.first_edition
                    THEN ARRAY[b.first_edition, m.first_edition] END AS firsts
        FROM cut_before b FULL JOIN cut_after m USING (public_id)
        WHERE {before} IS DISTINCT FROM {after} OR ({tells_first} AND b.first_edition <> m.first_edition)
    ), shown AS (
        SELECT * FROM cut_after
        UNION ALL
        SELECT b.* FROM cut_before b JOIN differing d USING (public_id) WHERE d.kind = 'removed'
    )
    SELECT d.kind, c.steps, c.undone, d.firsts, ARRAY[{cells}]::text[]
    FROM differing d
    JOIN shown m USING (public_id)
    CROSS JOIN LATERAL (
        SELECT jsonb_agg(x ORDER BY array_position({steps}, s.edition_id), place)
                   FILTER (WHERE s.edition_id = ANY({steps})) AS steps,
               jsonb_agg(x ORDER BY array_position({undone}, s.edition_id), place)
                   FILTER (WHERE s.edition_id = ANY({undone})) AS undone
        FROM enterprises_editionchange s, jsonb_array_elements(s.causes::jsonb) WITH ORDINALITY AS o (x, place)
        WHERE s.public_id = d.public_id AND s.edition_id = ANY({steps} || {undone})
    ) c
    ORDER BY d.public_id
""")
# A cause's other end may be a period, which is nobody's.
_STRANGERS = SQL("""
    SELECT DISTINCT other
    FROM enterprises_editionchange s, jsonb_array_elements(s.causes::jsonb) AS x,
         unnest(ARRAY[x ->> 'before', x ->> 'after']) AS other
    WHERE s.edition_id = ANY({steps}) AND x ->> 'cause' = ANY({others}) AND other ~ '^E[0-9A-Z]{{7}}$'
      AND NOT EXISTS (SELECT 1 FROM cut_after m WHERE m.public_id = other)
      AND NOT EXISTS (SELECT 1 FROM cut_before m WHERE m.public_id = other)
""")
_HOLDERS = """
    SELECT r ->> 'programme', count(DISTINCT public_id)
    FROM cut_after, jsonb_array_elements(recognitions) AS r GROUP BY 1
"""

# Every cell of every table, as it is shaped of a member `m`, its recognition `r` and that one's notice `n`.
_CELLS: dict[str, Composable] = {
    "public_id": SQL("m.public_id"),
    "uscc": SQL("m.uscc"),
    "name": SQL("m.name"),
    "former_names": SQL("array_to_string(m.former_names, {})").format(Literal(words.SEPARATOR)),
    "district": SQL("m.district"),
    "known_by": SQL("CASE WHEN m.uscc = '' THEN {} ELSE {} END").format(Literal(words.BY_NAME), Literal(words.BY_CODE)),
    "first_edition": SQL("m.first_edition"),
    "record": SQL(
        "jsonb_build_object('id', m.public_id, 'uscc', m.uscc, 'name', m.name, 'former_names', m.former_names,"
        " 'district', m.district, 'recognitions', m.recognitions)::text"
    ),
    "programme_code": SQL("r ->> 'programme'"),
    "number": SQL("r ->> 'number'"),
    "batch": SQL("r ->> 'batch'"),
    "valid_from": SQL("r ->> 'valid_from'"),
    "valid_to": SQL("coalesce(r ->> 'valid_to', '')"),
    "state": SQL("coalesce({}::jsonb ->> (r ->> 'state'), r ->> 'state')").format(Literal(json.dumps(words.STATES))),
    "title": SQL("coalesce(n.title, '')"),
    "document_number": SQL("coalesce(n.document_number, '')"),
    "published_on": SQL("coalesce(n.published_on, '')"),
    "url": SQL("coalesce(n.url, '')"),
    "source": SQL("r ->> 'source'"),
}


# Those of the annex `a` beside them, of its entry `r`.
_ANNEX_CELLS: dict[str, Composable] = {
    **_CELLS,
    "list_code": SQL("a.programme"),
    "points_code": SQL("a.programme"),
    "year": SQL("r ->> 'year'"),
    "total": SQL("coalesce(r ->> 'total', '')"),
    "grade": SQL("r ->> 'grade'"),
}


@dataclass(frozen=True)
class Change:
    """A change as it lies: its kind, every sealed cause on the way, those of the way that was undone, and the
    enterprise's cells.
    """

    kind: Kind
    causes: list[Cause]
    undone: list[Cause]
    cells: list[str]


class Selection:
    """An institution's part of `edition`, beside its part of the edition `since` which it was told before, if any.

    Made inside a transaction; the next one on the same connection takes its place.
    """

    def __init__(self, edition: Edition, since: Edition | None, wanted: Cut, names: Mapping[str, str]) -> None:
        """`names` gives every programme's name by its code."""
        called = Literal(json.dumps(names))
        self._programme = SQL("coalesce({}::jsonb ->> (r ->> 'programme'), r ->> 'programme')").format(called)
        self._annex = SQL("coalesce({}::jsonb ->> a.programme::text, a.programme)").format(called)
        self._beside = {"edition": Literal(edition.pk), "programmes": Literal(sorted(wanted.annexes))}
        after, before = _line(edition), _line(since)
        self._steps = _numbers(one for one in after if one not in before)
        self._undone = _numbers(one for one in before if one not in after)
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS cut_after, cut_before, cut_notice")
            for table, line in (("cut_after", after), ("cut_before", before)):
                for statement in _laid_out(table, line, wanted):
                    cursor.execute(statement)
            cursor.execute("ANALYZE cut_after, cut_before")
            cursor.execute(_NOTICES)
            cursor.execute(_REFERENCES)
            told = [reference for (reference,) in cursor.fetchall()]
            if wanted.annexes:
                cursor.execute(_ANNEX_REFERENCES.format(**self._beside))
                told += [reference for (reference,) in cursor.fetchall()]
            notices = sources(told)
            cursor.executemany(
                "INSERT INTO cut_notice VALUES (%s, %s, %s, %s, %s)",
                [
                    (key, one.title, one.document_number, one.published_on.isoformat(), one.url)
                    for key, one in notices.items()
                ],
            )

    def members(self, keys: Iterable[str]) -> Iterator[bytes]:
        """The members' cells, as lines of csv, in order of public id. A programme's key is its code."""
        return copied(_MEMBERS.format(cells=_cells(keys)))

    def recognitions(self, keys: Iterable[str]) -> Iterator[bytes]:
        """The recognitions' cells, as lines of csv, members in order of public id."""
        cells = SQL(", ").join(self._programme if key == "programme" else _CELLS[key] for key in keys)
        return copied(_RECOGNITIONS.format(cells=cells))

    def annex(self, kind: str, keys: Iterable[str | tuple[str, str]]) -> Iterator[bytes]:
        """The cells of the annex, as lines of csv, in order of public id and programme. An indicator's key is its
        programme's code and its own.
        """
        cells = SQL(", ").join(map(self._annex_cell, keys))
        return copied(_ANNEX.format(cells=cells, kind=Literal(kind), **self._beside))

    def indicators(self) -> list[tuple[str, str]]:
        """The indicators that the annex tells, by programme and code."""
        return [(programme, code) for programme, code in _rows(_INDICATORS.format(**self._beside))]

    def _annex_cell(self, key: str | tuple[str, str]) -> Composable:
        if isinstance(key, tuple):
            programme, code = map(Literal, key)
            return SQL("CASE WHEN a.programme = {} THEN coalesce(r -> 'values' ->> {}, '') ELSE '' END").format(
                programme, code
            )
        return self._annex if key in ("list", "points") else _ANNEX_CELLS[key]

    def changes(self, keys: Iterable[str]) -> Iterator[Change]:
        """What differs between the two parts, in order of public id, the cells as in `members`."""
        told = list(keys)
        query = _CHANGES.format(
            cells=_cells(told), steps=self._steps, undone=self._undone, tells_first=Literal("first_edition" in told),
            before=SQL(_SHOWN.replace("m.", "b.")), after=SQL(_SHOWN),
        )  # fmt: skip
        with connection.chunked_cursor() as cursor:
            cursor.execute(query)
            while rows := cursor.fetchmany(_CHUNK):
                for kind, steps, undone, firsts, cells in rows:
                    causes, taken_back = (orjson.loads(some) if some else [] for some in (steps, undone))
                    yield Change(kind, [*causes, first_seen(*firsts)] if firsts else causes, taken_back, cells)

    def strangers(self) -> frozenset[str]:
        """Enterprises that the causes name and that are in neither part."""
        return frozenset(
            other for (other,) in _rows(_STRANGERS.format(steps=self._steps, others=Literal(sorted(OF_OTHERS))))
        )

    def holders(self) -> dict[str, int]:
        """Programme code → how many members hold it."""
        return dict(_rows(SQL(_HOLDERS)))


def _line(edition: Edition | None) -> list[Edition]:
    """The edition and those it goes back to, the oldest first."""
    line: list[Edition] = []
    while edition:
        line.insert(0, edition)
        edition = edition.previous
    return line


def _numbers(editions: Iterable[Edition]) -> Composed:
    return SQL("{}::bigint[]").format(Literal([one.pk for one in editions]))


def _laid_out(table: str, line: list[Edition], wanted: Cut) -> list[Composable]:
    programmes = Literal(sorted(wanted.programmes))
    own = _OWN.format(
        name_only=Literal(wanted.include_name_only), districts=Literal(sorted(wanted.districts)), programmes=programmes
    )
    editions = _numbers(line)
    return [
        _FIRST.format(line=editions, labels=Literal([one.label for one in line]), own=own),
        SQL("ANALYZE cut_first"),
        _LAID_OUT.format(
            table=SQL(table),
            edition=Literal(line[-1].pk if line else None),
            own=own,
            programmes=programmes,
            hides_former=Literal("former_names" in wanted.hidden),
            hides_district=Literal("district" in wanted.hidden),
        ),
        SQL("DROP TABLE cut_first"),
    ]


def _cells(keys: Iterable[str]) -> Composed:
    return SQL(", ").join(_CELLS[key] if key in _CELLS else _flag(key) for key in keys)


def _flag(programme: str) -> Composed:
    """A programme's cell says that it holds (是), that renewal is awaited (待续), or nothing."""
    held = SQL(" ").join(
        SQL("WHEN m.recognitions @> {} THEN {}").format(
            Literal(json.dumps([{"programme": programme, "state": state}])), Literal(word)
        )
        for state, word in words.FLAGS.items()
    )
    return SQL("CASE {} ELSE '' END").format(held)


def copied(query: Composable) -> Iterator[bytes]:
    """The query's rows as lines of csv, one at a time. Its cells are texts or days, and none is null."""
    with connection.cursor() as cursor, cursor.copy(_OUT.format(query=query)) as copy:
        for row in copy:
            yield bytes(row)


def _rows(query: Composable) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())
