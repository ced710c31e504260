"""Reads a workbook in a process of its own: whatever a file does to its reader, it does to this process alone.

A program, started by `reading` with a path, a sheet's name (or nothing), and a limit of memory in bytes. It writes
one line of JSON with the sheet it chose ("" for none) and the sheets it chose from, then lines of JSON, each some rows
of text. It knows nothing
of the house, so that it starts fast.
"""

import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from typing import TextIO

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

# What this process says by its exit code; an abort or a kill says that the file asked for too much.
NOT_A_WORKBOOK, NO_SUCH_SHEET, TOO_MUCH, WHICH_SHEET = 3, 4, 5, 6
CPU_SECONDS = 300
ROWS_A_LINE = 500

Cell = str | int | float | bool | date | datetime | time | timedelta | None


def main(path: str, sheet: str, memory: str) -> int:
    """Write the rows of one sheet to standard output; the exit code tells how it went."""
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        return _write(path, sheet, sys.stdout)
    except CalamineError:
        return NOT_A_WORKBOOK
    except MemoryError:
        return TOO_MUCH
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # the reader's own failure, which has no importable type
            return NOT_A_WORKBOOK
        raise


def _write(path: str, sheet: str, out: TextIO) -> int:
    book = CalamineWorkbook.from_path(path)
    names = book.sheet_names if sheet else _filled(book)
    chosen = (sheet if sheet in names else "") if sheet else (names[0] if len(names) == 1 else "")
    print(json.dumps([chosen, names]), file=out)
    if not chosen:
        return NO_SUCH_SHEET if sheet else WHICH_SHEET
    page = book.get_sheet_by_name(chosen)
    # The reader's rows begin with the sheet's first, their cells with the used part's.
    left = [""] * (page.start[1] if page.start else 0)
    batch: list[list[str]] = []
    for row in page.iter_rows():
        batch.append(left + [text_of(cell) for cell in row])
        if len(batch) == ROWS_A_LINE:
            print(json.dumps(batch), file=out)
            batch = []
    print(json.dumps(batch), file=out)
    return 0


def _filled(book: CalamineWorkbook) -> list[str]:
    """The visible sheets that hold anything; a workbook's only sheet whatever it holds."""
    visible = [one.name for one in book.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
    visible = visible or book.sheet_names
    return visible if len(visible) == 1 else [name for name in visible if book.get_sheet_by_name(name).height]


def text_of(cell: Cell) -> str:
    """A cell as text. A number too long to be exact keeps its scientific form, so that the check can refuse it."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float):
        if abs(cell) >= 1e15:
            return f"{cell:.6G}"
        return str(int(cell)) if cell.is_integer() else str(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(sep=" ")
    return "" if cell is None else str(cell)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
