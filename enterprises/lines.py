"""Editions as canonical lines, and what differs between two of them, out of the database as they stand.

Law: the bytes are those of `canonical`, the differences those of `delta`; memory does not grow with the edition.
"""

import hashlib
from collections.abc import Iterator, Mapping

import orjson
from django.db import connection

from enterprises.canonical import Record
from enterprises.delta import Difference
from enterprises.models import Edition
from registry.copying import copied

_CHUNK = 5_000
_PIECE = 1 << 20  # bytes that are summed at a time
_OF_NOTHING = hashlib.sha256().hexdigest()
# A member's canonical line: keys in order, no spaces. Recognitions stand in the table as JSON wants them already, and
# hardly a text has a sign that JSON escapes: those that have none are put between quotes as they are.
_MEMBERS = r"""
    SELECT public_id, CASE WHEN district || name || uscc ~ '["\\\x01-\x1f]'
        THEN '{"district":' || to_json(district) || ',"former_names":' || to_json(former_names)
            || ',"id":"' || public_id || '","name":' || to_json(name)
            || ',"recognitions":' || recognitions || ',"uscc":' || to_json(uscc) || '}'
        ELSE '{"district":"' || district || '","former_names":'
            || CASE WHEN former_names = '{}' THEN '[]' ELSE to_json(former_names)::text END
            || ',"id":"' || public_id || '","name":"' || name
            || '","recognitions":' || recognitions || ',"uscc":"' || uscc || '"}' END AS line
    FROM enterprises_editionmember m
"""
_OF_EDITION = f"{_MEMBERS} WHERE edition_id = %(edition)s"
# The edition before, without those that changed, and what these are since.
_REBUILT = f"""
    {_MEMBERS} WHERE edition_id = %(previous)s AND NOT EXISTS (
        SELECT 1 FROM enterprises_editionchange c WHERE c.edition_id = %(edition)s AND c.public_id = m.public_id)
    UNION ALL
    SELECT public_id, after::text FROM enterprises_editionchange WHERE edition_id = %(edition)s AND after IS NOT NULL
"""  # noqa: S608 - its parts are constants
# As csv without anything to quote: neither control sign can stand in a line of JSON. What comes are the lines, as they
# are, each with its end.
_COPY = (
    "COPY (SELECT line FROM ({lines}) AS l ORDER BY public_id) TO STDOUT "
    r"(FORMAT csv, DELIMITER E'\x02', QUOTE E'\x01')"
)
# An annex' canonical lines; its payload stands in the table as it is proved.
_ANNEX = r"""COPY (SELECT '{"entries":' || payload || ',"id":' || to_json(public_id) || ',"kind":' || to_json(kind)
    || ',"programme":' || to_json(programme) || '}' AS line
    FROM enterprises_editionannex WHERE edition_id = %(edition)s ORDER BY public_id, programme)
    TO STDOUT (FORMAT csv, DELIMITER E'\x02', QUOTE E'\x01')"""
_DIFFERING = """
    WITH b AS (SELECT * FROM enterprises_editionmember WHERE edition_id = %(old)s),
         a AS (SELECT * FROM enterprises_editionmember WHERE edition_id = %(new)s)
    SELECT b.public_id, b.uscc, b.name, b.former_names, b.district, b.recognitions::text,
           a.public_id, a.uscc, a.name, a.former_names, a.district, a.recognitions::text
    FROM b FULL JOIN a USING (public_id)
    WHERE (b.uscc, b.name, b.former_names, b.district, b.recognitions::text)
          IS DISTINCT FROM (a.uscc, a.name, a.former_names, a.district, a.recognitions::text)
    ORDER BY coalesce(b.public_id, a.public_id)
"""


def digest(edition: Edition) -> str:
    """The digest of the edition's rows as they stand."""
    return _digest(_OF_EDITION, edition)


def digest_of_old_and_delta(edition: Edition) -> str:
    """The digest of what the edition's changes make of the edition before it."""
    return _digest(_REBUILT, edition)


def annex_digest(edition: Edition) -> str:
    """The digest of the edition's annex as it stands; "" where it has none."""
    found = _digest_of(_ANNEX, {"edition": edition.pk})
    return "" if found == _OF_NOTHING else found


def differences(old: Edition | None, new: Edition) -> Iterator[Difference]:
    """Every member that was added, removed or changed from the one edition to the other, in order of id."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_DIFFERING, {"old": old.pk if old else None, "new": new.pk})
        while rows := cursor.fetchmany(_CHUNK):
            for row in rows:
                yield Difference(_record(*row[:6]), _record(*row[6:]))


def _record(
    public_id: str | None, uscc: str, name: str, former_names: list[str], district: str, recognitions: str
) -> Record | None:
    if public_id is None:
        return None
    return {
        "id": public_id, "uscc": uscc, "name": name, "former_names": former_names, "district": district,
        "recognitions": orjson.loads(recognitions),
    }  # fmt: skip


def _digest(lines: str, edition: Edition) -> str:
    return _digest_of(_COPY.format(lines=lines), {"edition": edition.pk, "previous": edition.previous_id})


def _digest_of(query: str, asked: Mapping[str, int | None]) -> str:
    total = hashlib.sha256()
    for piece in copied(query, asked, piece_size=_PIECE):
        total.update(piece)
    return total.hexdigest()
