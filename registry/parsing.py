"""Reads a workbook in a process of its own: whatever a file does to its reader, it does to this process alone.

A program, started by `reading` with a path, a sheet's name (or nothing), and a limit of memory in bytes. It writes
one line of JSON with the sheet it chose ("" for none), the sheets it chose from and the rows to come, then lines of
JSON, each some rows of text, at last one with how many rows the file hides. It loads nothing of the house but its own
parts, so that it starts fast.
"""

import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

import orjson
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from registry import apart
from registry.marks import marks_of

# What a damaged file makes its readers raise.
DAMAGED = (CalamineError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError)
ROWS_A_LINE = 500
MOST_MERGED = 10_000

Cell = str | int | float | bool | date | datetime | time | timedelta | None


def main(path: str, sheet: str, memory: str) -> int:
    """Write the rows of one sheet to standard output; the exit code tells how it went."""
    apart.limit(int(memory))
    try:
        return _write(path, sheet, sys.stdout.buffer)
    except DAMAGED:
        return apart.NOT_WHAT_IT_SAYS
    except MemoryError:
        return apart.TOO_MUCH
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # the reader's own failure, which has no importable type
            return apart.NOT_WHAT_IT_SAYS
        raise


def _write(path: str, sheet: str, out: BinaryIO) -> int:
    book = CalamineWorkbook.from_path(path)
    names = book.sheet_names if sheet else _filled(book)
    chosen = (sheet if sheet in names else "") if sheet else (names[0] if len(names) == 1 else "")
    page = book.get_sheet_by_name(chosen) if chosen else None
    if page is None or not page.height:
        _tell(["", names if page is None else [], 0], out)
        return apart.NO_SUCH_SHEET if sheet and page is None else apart.WHICH_SHEET
    marks = marks_of(path, chosen)
    _tell([chosen, names, page.height], out)
    # The reader's rows begin with the sheet's first, their cells with the used part's.
    left = [""] * (page.start[1] if page.start else 0)
    rows = (left + [cell.strip() if type(cell) is str else text_of(cell) for cell in row] for row in page.iter_rows())
    batch: list[list[str]] = []
    for row in _filled_down(_with_errors(rows, marks.errors), page):
        batch.append(row)
        if len(batch) == ROWS_A_LINE:
            _tell(batch, out)
            batch = []
    _tell(batch, out)
    _tell({"hidden": min(marks.hidden, page.height), "merged": _merged(page)}, out)
    return 0


def _tell(told: object, out: BinaryIO) -> None:
    out.write(orjson.dumps(told))
    out.write(b"\n")


def _with_errors(rows: Iterator[list[str]], errors: dict[tuple[int, int], str]) -> Iterator[list[str]]:
    """The rows with the errors of formulas, which the reader gives as blanks."""
    if not errors:
        return rows
    of_row: dict[int, dict[int, str]] = {}
    for (number, column), text in errors.items():
        of_row.setdefault(number, {})[column] = text
    return (
        [text or of_row[number].get(column, "") for column, text in enumerate(row)] if number in of_row else row
        for number, row in enumerate(rows)
    )


def _filled_down(rows: Iterator[list[str]], page: CalamineSheet) -> Iterator[list[str]]:
    """The rows with each cell that is merged over several of them repeated in each, and nowhere else."""
    begins: dict[int, list[tuple[int, int]]] = {}  # row → (column, last row) of the merges that begin there
    for (first, column), (last, _column) in page.merged_cell_ranges or ():
        if last > first:
            begins.setdefault(first, []).append((column, last))
    if not begins:
        yield from rows
        return
    going: dict[int, tuple[int, str]] = {}  # column → last row and text of the merge that goes on there
    for number, row in enumerate(rows):
        for column, (last, text) in list(going.items()):
            if number > last:
                del going[column]
            elif column < len(row) and not row[column]:
                row[column] = text
        for column, last in begins.get(number, ()):
            going[column] = last, row[column] if column < len(row) else ""
        yield row


def _merged(page: CalamineSheet) -> list[tuple[int, int, int]]:
    """The cells that are merged over several rows: first and last row, the first is 1, and column, from 0."""
    ranges = page.merged_cell_ranges or ()
    found = [(first + 1, last + 1, column) for (first, column), (last, _column) in ranges if last > first]
    return found[:MOST_MERGED]


def _filled(book: CalamineWorkbook) -> list[str]:
    """The visible sheets that hold anything; an only one whatever it holds, since to look is to read it."""
    visible = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
    visible = visible or book.sheet_names
    return visible if len(visible) == 1 else [name for name in visible if book.get_sheet_by_name(name).height]


def text_of(cell: Cell) -> str:
    """A cell as text. A number too long to be exact keeps its scientific form, so that the check can refuse it."""
    return _AS_TEXT[type(cell)](cell)


def _of_number(cell: float) -> str:
    if abs(cell) >= 1e15:
        return f"{cell:.6G}"
    return str(int(cell)) if cell.is_integer() else str(cell)


def _of_moment(cell: datetime) -> str:
    return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(sep=" ")


_AS_TEXT: dict[type, Callable[[Any], str]] = {
    str: str.strip, float: _of_number, int: str, bool: str, datetime: _of_moment, date: date.isoformat,
    time: str, timedelta: str, type(None): lambda _cell: "",
}  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
