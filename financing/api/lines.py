"""Lines of JSON as the table that people fill in: one reader judges both.

Law: nothing is judged here that the reader judges; what was not said is an empty cell.
"""

import csv
from collections.abc import Sequence
from datetime import date
from io import StringIO
from typing import Any

from financing.api.shapes import FeedbackLine
from financing.words import ANSWERS, COLUMNS, MISTAKES, NO, YES, Field

_CHOICES = {Field.ANSWER: ANSWERS, Field.MISTAKE: MISTAKES}


def as_csv(label: str, lines: Sequence[FeedbackLine]) -> bytes:
    """The table of an edition: its first line in row 2, as in any that was filled in."""
    text = StringIO(newline="")
    table = csv.writer(text)
    table.writerow([told.heading for told in COLUMNS.values()])
    for line in lines:
        said = {Field.LABEL: label} | {Field(name): value for name, value in line if value is not None}
        table.writerow([_cell(field, said.get(field)) for field in COLUMNS])
    return text.getvalue().encode("utf-8-sig")


def _cell(field: Field, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, date):
        return value.isoformat()
    return _CHOICES[field][value][0] if field in _CHOICES else str(value)
