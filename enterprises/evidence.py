"""What the ladder judges: the evidence of a list's rows, and what is known of the enterprises that it touches.

Law: read in a few set-based queries, however long the list.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.db import connection

from enterprises.matching.ladder import Evidence, Known
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
            in_city=True if district is not None else None if ours else False,
        )
        yield Row(entry, name, district, evidence)


_KNOWN_CODES = """
SELECT uscc, id FROM enterprises_enterprise
WHERE uscc IN (SELECT uscc FROM registry_entry WHERE list_import_id = %(list)s AND uscc <> '')
"""
_KNOWN_NUMBERS = """
SELECT e.number, d.enterprise_id
FROM registry_entry e
JOIN registry_listimport i ON i.id = e.list_import_id AND i.programme_id = %(programme)s AND i.state = 'confirmed'
JOIN enterprises_matchdecision d ON d.entry_id = e.id AND d.superseded_at IS NULL
WHERE i.notice <> 'revocation'
  AND e.number IN (SELECT number FROM registry_entry WHERE list_import_id = %(list)s AND number <> '')
"""
_KEYS = """
SELECT name_key FROM registry_entry WHERE list_import_id = %(list)s AND name_key <> ''
UNION SELECT former_key FROM registry_entry WHERE list_import_id = %(list)s AND former_key <> ''
"""
_KNOWN_NAMES = f"SELECT name_key, id FROM enterprises_enterprise WHERE name_key IN ({_KEYS})"  # noqa: S608
_KNOWN_FORMER = f"SELECT name_key, enterprise_id FROM enterprises_formername WHERE name_key IN ({_KEYS})"  # noqa: S608
_CITY_OF = "SELECT id, in_scope FROM enterprises_enterprise WHERE id = ANY(%(ids)s) AND name_key <> ''"
_CODES_OF = "SELECT id, uscc FROM enterprises_enterprise WHERE id = ANY(%(ids)s) AND uscc IS NOT NULL"
_FORMER_OF = "SELECT name_key, enterprise_id FROM enterprises_formername WHERE enterprise_id = ANY(%(ids)s)"
_NAMES_OF = "SELECT name_key, id FROM enterprises_enterprise WHERE id = ANY(%(ids)s) AND name_key <> ''"


def known_to(listed: ListImport) -> Known:
    """Everything that the keys of this list touch, read in a few set-based queries."""
    known = Known()
    where: dict[str, int | list[int]] = {"list": listed.pk, "programme": listed.programme_id}
    with connection.cursor() as cursor:

        def pairs(query: str, **more: list[int]) -> Iterator[tuple[str, int]]:
            cursor.execute(query, {**where, **more})
            yield from cursor.fetchall()

        known.code.update(pairs(_KNOWN_CODES))
        for index, query in ((known.number, _KNOWN_NUMBERS), (known.name, _KNOWN_NAMES), (known.former, _KNOWN_FORMER)):
            for key, enterprise in pairs(query):
                index[key].add(enterprise)
        touched = {*known.code.values()}.union(*known.number.values(), *known.name.values(), *known.former.values())
        ids = sorted(touched)
        for index, query in ((known.name, _NAMES_OF), (known.former, _FORMER_OF)):
            for key, enterprise in pairs(query, ids=ids):
                index[key].add(enterprise)
        cursor.execute(_CODES_OF, {"ids": ids})
        known.code_of.update(cursor.fetchall())
        cursor.execute(_CITY_OF, {"ids": ids})
        known.in_city.update(cursor.fetchall())
    return known
