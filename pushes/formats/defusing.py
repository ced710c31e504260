"""What may stand in a spreadsheet (pure). Law: no cell can act as a formula, and no other cell is touched."""

import csv
import io
import re
from collections.abc import Sequence

import numpy as np

from registry.formulas import STARTS

# Signs that XML cannot hold or that break a line; they have no place in a table.
_CONTROL = re.compile("[\x00-\x1f\x7f\ufffe\uffff\ud800-\udfff]")

# To pass by the many rows that are calm, each byte is told for what it may be part of.
_BORDER, _FORMULA_SIGN, _CONTROL_SIGN, _WIDE = 1, 2, 3, 4
_KINDS = bytes(
    _CONTROL_SIGN if (byte < 0x20 and byte != 0x0A) or byte == 0x7F
    else _FORMULA_SIGN if byte in b"=+-@"
    # What may stand before a formula: the border of a cell, or any blank, of which these end the wide ones.
    else _BORDER if byte in b'\n, "' or 0x80 <= byte < 0xC0
    else _WIDE if byte == 0xEF
    else 0
    for byte in range(256)
)  # fmt: skip
# The second and third bytes of signs to look at: full-width formula signs; what XML does not hold, and its neighbours.
_WIDE_FORMULA, _WIDE_FORMULA_ENDS, _WIDE_REST = 0xBC, tuple("＝＋－＠".encode()[2::3]), 0xBF


def plain(cell: str) -> str:
    """The cell as text that nothing executes: an apostrophe before a formula, spaces for control signs."""
    text = _CONTROL.sub(" ", cell)
    return f"'{text}" if cell.startswith(STARTS) or text.lstrip().startswith(STARTS) else text


def defused(rows: Sequence[bytes]) -> bytes:
    """Lines of csv, ended by a line feed, with every cell as `plain` makes it; lines are then ended by CR LF."""
    block = b"".join(rows)
    if _calm(block, len(rows)):
        return block.replace(b"\n", b"\r\n")
    if len(rows) == 1:
        return _cell_by_cell(rows[0])
    middle = len(rows) // 2  # most of the halves are calm: few rows are looked at one by one
    return defused(rows[:middle]) + defused(rows[middle:])


def written(cells: Sequence[str]) -> bytes:
    """A row as a line of csv, ended by a line feed."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerow(cells)  # by these it knows which cells to quote
    return text.getvalue()[:-2].encode() + b"\n"


def _calm(block: bytes, rows: int) -> bool:
    """Whether no cell of the block can be one that `plain` changes. It may err to the side of a closer look."""
    if block.count(b"\n") != rows:
        return False
    signs = b"\n" + block + b"\n\n"
    kinds = signs.translate(_KINDS)
    if _CONTROL_SIGN in kinds:
        return False
    told = np.frombuffer(kinds, dtype=np.uint8)
    if ((told[:-1] == _BORDER) & (told[1:] == _FORMULA_SIGN)).any():
        return False
    wide = np.flatnonzero(told == _WIDE)
    codes = np.frombuffer(signs, dtype=np.uint8)
    second, third = codes[wide + 1], codes[wide + 2]
    formula = (second == _WIDE_FORMULA) & np.isin(third, _WIDE_FORMULA_ENDS)
    return not (formula | (second == _WIDE_REST)).any()


def _cell_by_cell(row: bytes) -> bytes:
    cells = next(csv.reader(io.StringIO(row.decode(), newline="")))
    return written([plain(cell) for cell in cells])[:-1] + b"\r\n"
