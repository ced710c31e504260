"""The sheet of faults: the rows that do not count, as they were sent, with what is wrong with each in front.

Law: no cell of it acts as a formula, and memory does not grow with it.
"""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from enterprises.models import Edition
from financing import words
from financing.judging_lines import Outcome
from pushes.formats import workbook
from pushes.formats.customers import own_columns
from pushes.formats.defusing import written
from pushes.formats.table import Column, Feed, apart, taken

_OWN = (Column(words.ROW, 8), Column(words.FAULTS, 70))
_LONGEST = 2_000  # characters of a cell: what is longer is no feedback


def made(outcome: Outcome, folder: Path, edition: Edition) -> Path:
    """The sheet, as a workbook in the folder."""
    columns = apart([*_OWN, *own_columns(outcome.header, outcome.width)])
    table = taken(Feed("faults", columns, _rows(outcome)), folder)
    path = folder / "faults.xlsx"
    workbook.WRITERS[settings.WORKBOOK_WRITER](table, path, sheet=words.FAULTS, created=edition.as_of)
    return path


def _rows(outcome: Outcome) -> Iterator[bytes]:
    for row in outcome.rows():
        if row.faults:
            own = [cell[:_LONGEST] for cell in row.cells]
            blank = [""] * (outcome.width - len(own))
            yield written([str(row.number), "；".join(row.faults), *own, *blank])
