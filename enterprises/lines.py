"""Editions as canonical lines, and what differs between two of them, out of the database as they stand.

Law: the bytes are those of `canonical`, the differences those of `delta`; memory does not grow with the edition.
"""

import hashlib
from collections.abc import Iterator

import orjson
from django.db import connection

from enterprises.canonical import Record
from enterprises.delta import Difference
from enterprises.models import Edition

_CHUNK = 5_000
# A record's canonical line: keys in order, no spaces. What stands in jsonb is written as JSON wants it already.
_LINE = """
    '{"district":' || to_json(district)::text
    || ',"former_names":[' || CASE WHEN former_names = '[]' THEN '' ELSE (
        SELECT string_agg(f::text, ',' ORDER BY place)
        FROM jsonb_array_elements(former_names) WITH ORDINALITY AS o (f, place)) END
    || '],"id":' || to_json(public_id)::text || ',"name":' || to_json(name)::text
    || ',"recognitions":[' || coalesce((
        SELECT string_agg(
            '{"batch":' || (r -> 'batch')::text || ',"number":' || (r -> 'number')::text
            || ',"programme":' || (r -> 'programme')::text || ',"source":' || (r -> 'source')::text
            || ',"state":' || (r -> 'state')::text || ',"valid_from":' || (r -> 'valid_from')::text
            || ',"valid_to":' || (r -> 'valid_to')::text || '}', ',' ORDER BY place)
        FROM jsonb_array_elements(recognitions) WITH ORDINALITY AS o (r, place)), '')
    || '],"uscc":' || to_json(uscc)::text || '}' || chr(10)
"""
_MEMBERS = """
    SELECT public_id, uscc, name, to_jsonb(former_names) AS former_names, district, recognitions
    FROM enterprises_editionmember WHERE edition_id = %(edition)s
"""
# The edition before, without those that changed, and what these are since.
_REBUILT = """
    SELECT public_id, uscc, name, to_jsonb(former_names) AS former_names, district, recognitions
    FROM enterprises_editionmember m
    WHERE edition_id = %(previous)s AND NOT EXISTS (
        SELECT 1 FROM enterprises_editionchange c WHERE c.edition_id = %(edition)s AND c.public_id = m.public_id)
    UNION ALL
    SELECT public_id, after ->> 'uscc', after ->> 'name', after -> 'former_names', after ->> 'district',
           after -> 'recognitions'
    FROM enterprises_editionchange WHERE edition_id = %(edition)s AND after IS NOT NULL
"""
_DIFFERING = """
    WITH b AS (SELECT * FROM enterprises_editionmember WHERE edition_id = %(old)s),
         a AS (SELECT * FROM enterprises_editionmember WHERE edition_id = %(new)s)
    SELECT b.public_id, b.uscc, b.name, b.former_names, b.district, b.recognitions,
           a.public_id, a.uscc, a.name, a.former_names, a.district, a.recognitions
    FROM b FULL JOIN a USING (public_id)
    WHERE (b.uscc, b.name, b.former_names, b.district, b.recognitions)
          IS DISTINCT FROM (a.uscc, a.name, a.former_names, a.district, a.recognitions)
    ORDER BY coalesce(b.public_id, a.public_id)
"""


def digest(edition: Edition) -> str:
    """The digest of the edition's rows as they stand."""
    return _digest(_MEMBERS, edition)


def digest_of_old_and_delta(edition: Edition) -> str:
    """The digest of what the edition's changes make of the edition before it."""
    return _digest(_REBUILT, edition)


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


def _digest(members: str, edition: Edition) -> str:
    total = hashlib.sha256()
    query = f"SELECT {_LINE} FROM ({members}) AS m ORDER BY public_id"  # noqa: S608 - its parts are constants
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, {"edition": edition.pk, "previous": edition.previous_id})
        while rows := cursor.fetchmany(_CHUNK):
            total.update("".join(line for (line,) in rows).encode())
    return total.hexdigest()
