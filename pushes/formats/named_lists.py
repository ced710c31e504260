"""The columns of the annex' table of named lists: who stands on which, until when, by which notice (pure).

Law: a named list is no recognition; whoever is on it is a member by something else.
"""

from collections.abc import Collection

from pushes.formats import recognitions, words
from pushes.formats.table import Column

NAME = "named_lists"
# A list stands where a programme does.
_INSTEAD = {
    "programme": ("list", Column(words.LIST, 24)),
    "programme_code": ("list_code", Column(words.LIST_CODE, 14)),
}
_COLUMNS = dict(_INSTEAD.get(key, (key, column)) for key, column in recognitions.COLUMNS.items())
_OBLIGATORY = ("public_id", "uscc", "name", "list", "list_code", "state")


def columns(chosen: Collection[str]) -> dict[str, Column]:
    """The chosen columns by key, as in the table of recognitions."""
    return {key: column for key, column in _COLUMNS.items() if key in _OBLIGATORY or key in chosen}
