"""What a table is made of, and what may stand in a cell (pure).

Law: no cell can act as a formula in a spreadsheet.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, Protocol

Cell = str | date | None

# The signs that spreadsheets take for the start of a formula, in their full-width forms too.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
# Signs that XML cannot hold or that break a line; they have no place in a table.
_CONTROL = re.compile("[\x00-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


class Column(NamedTuple):
    """A column: its title, and its width in a workbook (in Latin letters)."""

    title: str
    width: int = 16


class Writer(Protocol):
    """A table being written, row by row. `rows` counts them without the header."""

    rows: int

    def write(self, row: Sequence[Cell]) -> None: ...


def plain(cell: Cell) -> str:
    """The cell as text that nothing executes: an apostrophe before a formula, spaces for control signs."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return cell.isoformat()
    text = _CONTROL.sub(" ", cell)
    return f"'{text}" if cell.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text
