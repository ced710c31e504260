"""The log as a file: csv for spreadsheets, jsonl for machines, made while it is sent.

Law: each line bears the digest that the seals are made of, and the last line the digest over all of them, so that
whoever has the file can hold it to the seals. No cell begins as a formula does.
"""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localtime

from config.auditing.canonical import FIELDS, Chain, line
from config.auditing.models import Event
from config.auditing.reading import rows

KINDS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}
_MARK = "\ufeff"  # so that spreadsheet programs read the Chinese
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_AT = FIELDS.index("at")


def lines(events: QuerySet[Event], kind: str) -> Iterator[str]:
    """The file, a line at a time."""
    return _csv(events) if kind == "csv" else _jsonl(events)


def _jsonl(events: QuerySet[Event]) -> Iterator[str]:
    chain = Chain()
    for row in rows(events):
        own = chain.add(line(row))
        told = dict(zip(FIELDS, row, strict=True)) | {"at": row[_AT].isoformat(), "digest": own}
        yield json.dumps(told, ensure_ascii=False) + "\n"
    yield json.dumps({"end": True, "events": chain.events, "digest": chain.digest}) + "\n"


def _csv(events: QuerySet[Event]) -> Iterator[str]:
    chain = Chain()
    yield _MARK + _row([*FIELDS, "digest"])
    for row in rows(events):
        own = chain.add(line(row))
        yield _row([*(_cell(value) for value in row), own])
    yield _row(["end", *[""] * (len(FIELDS) - 2), chain.events, chain.digest])


def _cell(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return localtime(value).isoformat(sep=" ")
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False) if value else ""
    text = "" if value is None else value
    return f"'{text}" if isinstance(text, str) and text.lstrip(" \u3000\xa0").startswith(_FORMULA) else text


def _row(cells: list[Any]) -> str:
    written = StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()
