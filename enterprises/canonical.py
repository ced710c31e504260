"""An edition's records and the bytes they are proved by (pure). Law: equal content gives equal bytes, everywhere.

A record is one member as published. Its recognitions are sorted; each names its `source`, the list and row that
granted it, by the list's reference, never by a number of this database.
"""

import hashlib
from collections.abc import Iterable
from typing import TypedDict

import orjson


class RecognitionRecord(TypedDict):
    """One counting recognition: dates in ISO form, `valid_to` inclusive or None, `state` "valid" or "grace"."""

    programme: str
    number: str
    batch: str
    valid_from: str
    valid_to: str | None
    state: str
    source: str


class Record(TypedDict):
    """One member of an edition. `uscc` is empty where the enterprise is known by name only."""

    id: str
    uscc: str
    name: str
    former_names: list[str]
    district: str
    recognitions: list[RecognitionRecord]


class NamedEntry(TypedDict):
    """That a member stands on a named list, as the annex tells it; the fields are a recognition's."""

    batch: str
    number: str
    source: str
    state: str
    valid_from: str
    valid_to: str | None


class PointsEntry(TypedDict):
    """A member's latest points: `values` by indicator code; all numbers as exact decimal text, None where not said."""

    grade: str
    source: str
    total: str | None
    values: dict[str, str]
    year: int


class AnnexLine(TypedDict):
    """One line of an annex: `kind` "named_list" or "points"."""

    id: str
    kind: str
    programme: str
    entries: list[NamedEntry] | list[PointsEntry]


def annex_digest(lines: Iterable[AnnexLine]) -> str:
    """SHA-256 over the canonical lines of an annex, which come in order of id and programme; "" where there is none."""
    total, told = hashlib.sha256(), False
    for one in lines:
        total.update(orjson.dumps(one, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE))
        told = True
    return total.hexdigest() if told else ""


def text(value: object) -> str:
    """The value as JSON, keys sorted, no spaces."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def line(record: Record) -> bytes:
    """The record's canonical line: JSON, keys sorted, no spaces, UTF-8, ended by a line feed."""
    return orjson.dumps(record, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def digest(records: Iterable[Record]) -> str:
    """SHA-256 over the lines of `records`, which come in order of id."""
    total = hashlib.sha256()
    for record in records:
        total.update(line(record))
    return total.hexdigest()
