"""What the ladder judges: the evidence of a list's rows, and what is known of the enterprises that it touches.

Law: read in a few set-based queries, however long the list.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db import connection

from enterprises.matching.ladder import BY_LIKENESS, Evidence, Known
from enterprises.matching.likeness import core
from registry.models import ListImport, NoticeKind


class Row(NamedTuple):
    """An entry with what is needed of it to judge it, and to found an enterprise on it."""

    entry: int
    name: str
    district: int | None
    evidence: Evidence


def rows_of(listed: ListImport, *, only: list[int] | None = None) -> Iterator[Row]:
    """The list's usable entries (or `only` some) in order of row.

    A number identifies where the programme's numbers have a shape.
    """
    is_rename = listed.notice == NoticeKind.RENAME
    local = not listed.province_wide
    identifies = bool(listed.programme.number_pattern)
    entries = listed.entries.filter(usable=True).order_by("row_number", "block", "id")
    entries = entries if only is None else entries.filter(pk__in=only)
    values = entries.values_list(
        "id", "name", "name_key", "former_key", "uscc", "number", "district_id", "district_text"
    )
    for entry, name, key, former, uscc, number, district, text in values.iterator(5_000):
        ours = local or district is not None or not text
        evidence = Evidence(
            name=key,
            former=former,
            code=uscc,
            number=number if identifies else "",
            is_rename=is_rename,
            must_match=listed.notice in (NoticeKind.REVOCATION, NoticeKind.MOVE_OUT) and ours,
            list_id=listed.pk,
            in_city=True if district is not None else None if ours else False,
        )
        yield Row(entry, name, district, evidence)


_KNOWN_CODES = "SELECT uscc, id FROM enterprises_enterprise WHERE uscc = ANY(%(codes)s)"
_KNOWN_NUMBERS = """
SELECT e.number, d.enterprise_id
FROM registry_entry e
JOIN registry_listimport i ON i.id = e.list_import_id AND i.programme_id = %(programme)s AND i.state = 'confirmed'
JOIN enterprises_matchdecision d ON d.entry_id = e.id AND d.superseded_at IS NULL
WHERE i.notice <> 'revocation' AND e.number = ANY(%(numbers)s) AND e.number <> ''
"""
_KNOWN_NAMES = "SELECT name_key, id FROM enterprises_enterprise WHERE name_key = ANY(%(names)s)"
# Names of entries that the enterprise is not shown under; one that was given up is no more its own.
_OTHER_NAMES = """
SELECT e.name_key, d.enterprise_id
FROM registry_entry e
JOIN registry_listimport i ON i.id = e.list_import_id AND i.state = 'confirmed'
JOIN enterprises_matchdecision d ON d.entry_id = e.id AND d.superseded_at IS NULL
WHERE e.name_key = ANY(%(names)s) AND d.rule <> ALL(%(by_likeness)s)
  AND NOT EXISTS (SELECT 1 FROM enterprises_formername f
                  WHERE f.enterprise_id = d.enterprise_id AND f.name_key = e.name_key)
"""
_KNOWN_FORMER = "SELECT name_key, enterprise_id FROM enterprises_formername WHERE name_key = ANY(%(names)s)"
_LIKE = "SELECT core, enterprise_id FROM enterprises_likename WHERE core = ANY(%(cores)s)"
_CITY_OF = "SELECT id, in_scope FROM enterprises_enterprise WHERE id = ANY(%(ids)s) AND name_key <> ''"
_CODES_OF = "SELECT id, uscc FROM enterprises_enterprise WHERE id = ANY(%(ids)s) AND uscc IS NOT NULL"
_FORMER_OF = "SELECT name_key, enterprise_id FROM enterprises_formername WHERE enterprise_id = ANY(%(ids)s)"
_NAMES_OF = "SELECT name_key, id FROM enterprises_enterprise WHERE id = ANY(%(ids)s) AND name_key <> ''"
# What the entries of an enterprise say: its names, the lists that name it, and whether a person decided.
_ENTRIES_OF = """
SELECT d.enterprise_id, e.name_key, e.list_import_id, d.rule
FROM enterprises_matchdecision d
JOIN registry_entry e ON e.id = d.entry_id
JOIN registry_listimport i ON i.id = e.list_import_id AND i.state = 'confirmed'
WHERE d.enterprise_id = ANY(%(ids)s) AND d.superseded_at IS NULL
"""


def known_to(listed: ListImport, rows: Sequence[Row]) -> Known:
    """Everything that the keys of these rows of the list touch, read in a few set-based queries."""
    known = Known()
    asked = [row.evidence for row in rows]
    names = {one.name for one in asked} | {one.former for one in asked}
    where: dict[str, int | list[str] | list[int]] = {
        "programme": listed.programme_id,
        "codes": sorted({one.code for one in asked if one.code}),
        "numbers": sorted({one.number for one in asked if one.number}),
        "names": sorted(filter(None, names)),
        "by_likeness": list(BY_LIKENESS),
    }
    with connection.cursor() as cursor:

        def pairs(query: str, **more: list[str] | list[int]) -> Iterator[tuple[str, int]]:
            cursor.execute(query, {**where, **more})
            yield from cursor.fetchall()

        known.code.update(pairs(_KNOWN_CODES))
        for index, query in (
            (known.number, _KNOWN_NUMBERS),
            (known.name, _KNOWN_NAMES),
            (known.name, _OTHER_NAMES),
            (known.former, _KNOWN_FORMER),
        ):
            for key, enterprise in pairs(query):
                index[key].add(enterprise)
        cores = {core(one.name) for one in asked if one.name not in known.name}
        for key, enterprise in pairs(_LIKE, cores=sorted(filter(None, cores))):
            known.like[key].add(enterprise)
        indexes = (known.number, known.name, known.former, known.like)
        touched = {*known.code.values(), *(one for index in indexes for found in index.values() for one in found)}
        ids = sorted(touched)
        for index, query in ((known.name, _NAMES_OF), (known.former, _FORMER_OF)):
            for key, enterprise in pairs(query, ids=ids):
                index[key].add(enterprise)
                known.names_of[enterprise].add(key)
        cursor.execute(_CODES_OF, {"ids": ids})
        known.code_of.update(cursor.fetchall())
        cursor.execute(_CITY_OF, {"ids": ids})
        known.in_city.update(cursor.fetchall())
        cursor.execute(_ENTRIES_OF, {"ids": sorted(_in_question(asked, known))})
        for enterprise, name, list_id, rule in cursor.fetchall():
            known.lists_of[enterprise].add(list_id)
            if rule == "person":
                known.fixed.add(enterprise)
            if rule not in BY_LIKENESS:
                known.names_of[enterprise].add(name)
    for number, enterprises in known.number.items():
        for enterprise in enterprises:
            known.numbers_of[enterprise].add(number)
    return known


def _in_question(asked: Sequence[Evidence], known: Known) -> set[int]:
    """The enterprises that more must be known of: where identifier and name do not agree, or the name is only like."""
    found: set[int] = set()
    for one in asked:
        pointed, named = known.by_code(one) | known.by_number(one), known.by_name(one)
        if pointed and not pointed & named:
            found |= pointed | named
        elif not pointed and not named:
            found |= known.like.get(core(one.name), set())
    return found
