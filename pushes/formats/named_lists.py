"""The columns of the annex' table of named lists: who stands on which, until when, by which notice (pure).

Law: a named list is no recognition; whoever is on it is a member by something else.
"""

from collections.abc import Collection

from pushes.formats import words
from pushes.formats.table import Column

NAME = "named_lists"
_COLUMNS = {
    "public_id": Column(words.PUBLIC_ID, 11),
    "uscc": Column(words.CODE, 22),
    "name": Column(words.NAME, 40),
    "list": Column(words.LIST, 24),
    "list_code": Column(words.LIST_CODE, 14),
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
_OBLIGATORY = ("public_id", "uscc", "name", "list", "list_code", "state")


def columns(chosen: Collection[str]) -> dict[str, Column]:
    """The chosen columns by key, as in the table of recognitions."""
    return {key: column for key, column in _COLUMNS.items() if key in _OBLIGATORY or key in chosen}
