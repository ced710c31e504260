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
