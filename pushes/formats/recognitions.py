"""The table of recognitions: every one that counts, its period, and the notice and row behind it (pure)."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from enterprises.canonical import Record
from pushes.formats import words
from pushes.formats.table import Cell, Column

COLUMNS = [
    Column(words.PUBLIC_ID, 11),
    Column(words.CODE, 22),
    Column(words.NAME, 40),
    Column(words.PROGRAMME, 24),
    Column(words.PROGRAMME_CODE, 10),
    Column(words.NUMBER, 20),
    Column(words.BATCH, 20),
    Column(words.VALID_FROM, 12),
    Column(words.VALID_TO, 12),
    Column(words.STATE, 10),
    Column(words.TITLE, 40),
    Column(words.DOCUMENT, 24),
    Column(words.PUBLISHED, 12),
    Column(words.URL, 40),
    Column(words.SOURCE, 28),
]


class Notice(NamedTuple):
    """The published notice behind a source reference."""

    title: str
    document_number: str
    published_on: date
    url: str


NoticeOf = Callable[[str], Notice | None]


def rows(record: Record, programmes: Mapping[str, str], notice_of: NoticeOf) -> Iterator[list[Cell]]:
    """One row for each recognition of the record."""
    for recognition in record["recognitions"]:
        notice = notice_of(recognition["source"])
        until = recognition["valid_to"]
        yield [
            record["id"],
            record["uscc"],
            record["name"],
            programmes.get(recognition["programme"], recognition["programme"]),
            recognition["programme"],
            recognition["number"],
            recognition["batch"],
            date.fromisoformat(recognition["valid_from"]),
            date.fromisoformat(until) if until else None,
            words.STATES.get(recognition["state"], recognition["state"]),
            *((notice.title, notice.document_number, notice.published_on, notice.url) if notice else ("",) * 4),
            recognition["source"],
        ]
