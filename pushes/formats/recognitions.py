"""The columns of the table of recognitions: every one that counts, its period, its notice and row (pure)."""

from collections.abc import Callable, Collection
from datetime import date
from typing import NamedTuple

from pushes.formats import words
from pushes.formats.table import Column

NAME = "recognitions"
COLUMNS = {
    "public_id": Column(words.PUBLIC_ID, 11),
    "uscc": Column(words.CODE, 22),
    "name": Column(words.NAME, 40),
    "programme": Column(words.PROGRAMME, 24),
    "programme_code": Column(words.PROGRAMME_CODE, 10),
    "number": Column(words.NUMBER, 20),
    "batch": Column(words.BATCH, 20),
    "valid_from": Column(words.VALID_FROM, 12, days=True),
    "valid_to": Column(words.VALID_TO, 12, days=True),
    "state": Column(words.STATE, 10),
    "title": Column(words.TITLE, 40),
    "document_number": Column(words.DOCUMENT, 24),
    "published_on": Column(words.PUBLISHED, 12, days=True),
    "url": Column(words.URL, 40),
    "source": Column(words.SOURCE, 28),
}
OBLIGATORY = ("public_id", "uscc", "name", "programme", "programme_code", "state")
OPTIONAL = {key: column.title for key, column in COLUMNS.items() if key not in OBLIGATORY}


class Notice(NamedTuple):
    """The published notice behind a source reference."""

    title: str
    document_number: str
    published_on: date
    url: str


NoticeOf = Callable[[str], Notice | None]


def columns(chosen: Collection[str]) -> dict[str, Column]:
    """The chosen columns by key."""
    return {key: column for key, column in COLUMNS.items() if key in OBLIGATORY or key in chosen}
