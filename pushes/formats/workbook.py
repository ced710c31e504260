"""Writes a table as a workbook for people: codes as text, days as days, header frozen, filters on (pure).

Law: the same rows give the same bytes, and memory does not grow with them; what does not fit is refused, not cut off.

A library makes the book and its heading. The rows are put into its sheet by the thousand, since a library that is told
each cell takes many times as long; where that is not trusted, it is told each cell. The cells are the same.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from functools import lru_cache
from io import BytesIO
from itertools import islice
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from pushes.errors import DoesNotFitWorkbook
from pushes.formats.sheet_rows import FIRST_DAY, CellTooLong, Formats, rows_as_xml
from pushes.formats.table import Table

MOST_ROWS = 1_048_575  # a sheet's rows, without the header
_TEXT, _DAY, _HEADING = "@", "yyyy-mm-dd", "#E8F0F7"
_SHEET, _END_OF_ROWS = "xl/worksheets/sheet1.xml", b"</sheetData>"
_LEVEL = 3  # of compression: a higher one takes twice as long and saves a twentieth

Writer = Callable[..., None]
Dress = Callable[[Workbook, Worksheet], None]  # what a sheet that is filled in has beside its rows


def _plainly(_book: Workbook, _page: Worksheet) -> None:
    """Nothing beside the rows."""


def write_quickly(table: Table, path: Path, *, sheet: str, created: date) -> None:
    """The book with rows of our own. `created` is the day that its properties name. Raises `DoesNotFitWorkbook`."""
    _fits(table)
    frame = BytesIO()
    with Workbook(frame, {"in_memory": True}) as book:
        _page, text, day = _headed(book, table, sheet, created)
    try:
        _fill(frame, path, table, rows_as_xml(table, Formats(text.xf_index, day.xf_index)))
    except (CellTooLong, RuntimeError) as error:  # the latter: the sheet outgrew its archive
        raise DoesNotFitWorkbook(path.name, table.rows) from error


def write_steadily(table: Table, path: Path, *, sheet: str, created: date, dress: Dress = _plainly) -> None:
    """By the library alone, as `write_quickly` does it, and dressed. Raises `DoesNotFitWorkbook`."""
    _fits(table)
    with Workbook(path, {"constant_memory": True, "tmpdir": str(path.parent)}) as book:
        page, text, day = _headed(book, table, sheet, created)
        for number, record in enumerate(_records(table), start=1):
            for place, cell in enumerate(record):
                if isinstance(cell, date):
                    page.write_datetime(number, place, cell, day)
                elif cell and page.write_string(number, place, cell, text):
                    raise DoesNotFitWorkbook(path.name, table.rows)
        dress(book, page)


WRITERS: dict[str, Writer] = {"quick": write_quickly, "steady": write_steadily}


def _fits(table: Table) -> None:
    if table.rows > MOST_ROWS:
        raise DoesNotFitWorkbook(table.name, table.rows)


def _headed(book: Workbook, table: Table, sheet: str, created: date) -> tuple[Worksheet, Format, Format]:
    """A book's one sheet, with its heading, and the formats of text and of days."""
    book.set_properties({"created": datetime.combine(created, time())})
    text, day = (book.add_format({"num_format": shown}) for shown in (_TEXT, _DAY))
    heading = book.add_format({"bold": True, "bg_color": _HEADING, "bottom": 1})
    page = book.add_worksheet(sheet)
    for place, column in enumerate(table.columns):
        page.set_column(place, place, column.width, day if column.days else text)
        page.write_string(0, place, column.title, heading)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, table.rows, len(table.columns) - 1)
    return page, text, day


def _fill(frame: BytesIO, path: Path, table: Table, rows: Iterable[bytes]) -> None:
    """Copy the book part by part; behind the heading of its sheet come the rows."""
    last = len(table.columns) - 1
    headed, whole = (f'<dimension ref="{xl_range(0, 0, rows, last)}"/>'.encode() for rows in (0, table.rows))
    with ZipFile(frame) as book, ZipFile(path, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as target:
        for part in book.infolist():
            content = book.read(part)
            if part.filename != _SHEET:
                target.writestr(part, content, compresslevel=_LEVEL)
                continue
            before, end, behind = content.partition(_END_OF_ROWS)
            with target.open(part.filename, "w") as page:
                page.write(before.replace(headed, whole))
                page.writelines(rows)
                page.write(end + behind)


def _records(table: Table) -> Iterator[list[str | date]]:
    """The defused rows, days as days."""
    days = [place for place, column in enumerate(table.columns) if column.days]
    with table.plain.open(encoding="utf-8-sig", newline="") as lines:
        for cells in islice(csv.reader(lines), 1, None):
            record: list[str | date] = [*cells]
            for place in days:
                record[place] = _day(cells[place])
            yield record


@lru_cache(maxsize=4_096)
def _day(cell: str) -> str | date:
    return date.fromisoformat(cell) if cell >= FIRST_DAY else cell
