"""Pairs of signs, by which a part of a name is found: two signs suffice, whatever the writing.

Trigrams want three, and Chinese short names are of two. The database's function `name_grams` is the same as `pairs_of`.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, TextField

LEAST = 2  # signs of a fragment


def pairs_of(text: str) -> list[str]:
    """Each sign with the one after it."""
    return [text[at : at + LEAST] for at in range(len(text) - 1)]


class Grams(Func):
    """The pairs of a column, as its index holds them."""

    function = "name_grams"
    output_field: Any = ArrayField(TextField())
