"""What may stand in a spreadsheet (pure). Law: no cell can act as a formula, and no other cell is touched."""

import csv
import io
import re
from collections.abc import Sequence

# The signs that spreadsheets take for the start of a formula, in their full-width forms too.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
# Signs that XML cannot hold or that break a line; they have no place in a table.
_CONTROL = re.compile("[\x00-\x1f\x7f\ufffe\uffff\ud800-\udfff]")

# To pass by the many rows that are calm: bytes by what they can be part of. `S` may end what stands before a formula
# (a border of cells, any blank), `F` may begin one, `C` is a control sign, `.` is neither.
_KINDS = bytes.maketrans(
    bytes(range(256)),
    b"".join(
        b"L" if byte == 0x0A
        else b"C" if byte < 0x20 or byte == 0x7F
        else b"F" if byte in b"=+-@"
        else b"S" if byte in b', "' or 0x80 <= byte < 0xC0
        else b"."
        for byte in range(256)
    ),
)  # fmt: skip
_RARE = ("＝".encode(), "＋".encode(), "－".encode(), "＠".encode(), b"\xef\xbf")


def plain(cell: str) -> str:
    """The cell as text that nothing executes: an apostrophe before a formula, spaces for control signs."""
    text = _CONTROL.sub(" ", cell)
    return f"'{text}" if cell.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text


def defused(rows: Sequence[bytes]) -> bytes:
    """Lines of csv, ended by a line feed, with every cell as `plain` makes it; lines are then ended by CR LF."""
    block = b"".join(rows)
    if _calm(block, len(rows)):
        return block.replace(b"\n", b"\r\n")
    return b"".join(row[:-1] + b"\r\n" if _calm(row, 1) else _cell_by_cell(row) for row in rows)


def written(cells: Sequence[str]) -> bytes:
    """A row as a line of csv, ended by a line feed."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerow(cells)  # by these it knows which cells to quote
    return text.getvalue()[:-2].encode() + b"\n"


def _calm(block: bytes, rows: int) -> bool:
    """Whether no cell of the block can be one that `plain` changes. It may err to the side of a closer look."""
    kinds = b"L" + block.translate(_KINDS)
    return not (
        b"SF" in kinds
        or b"LF" in kinds
        or b"C" in kinds
        or kinds.count(b"L") != rows + 1
        or any(sign in block for sign in _RARE)
    )


def _cell_by_cell(row: bytes) -> bytes:
    cells = next(csv.reader(io.StringIO(row.decode(), newline="")))
    return written([plain(cell) for cell in cells])[:-1] + b"\r\n"
