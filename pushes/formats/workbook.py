"""Writes a table as a workbook for people: codes as text, days as days, header frozen, filters on (pure).

Law: the same rows give the same bytes, and memory does not grow with them; what does not fit is refused, not cut off.

Two libraries do it: one quick and young, one slow and seasoned. The cells are the same.
"""

import csv
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from functools import lru_cache
from itertools import islice
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import polars as pl
from rustpy_xlsxwriter import Format, write_worksheet
from xlsxwriter import Workbook

from pushes.errors import DoesNotFitWorkbook
from pushes.formats.table import Table

MOST_ROWS = 1_048_575  # a sheet's rows, without the header
_FIRST_DAY = "1900-03-01"  # the days before are counted in different ways; they stand as text
_TEXT, _DAY, _HEADING = "@", "yyyy-mm-dd", "#E8F0F7"
_PROPERTIES = "docProps/core.xml"
_STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_EPOCH = (1980, 1, 1, 0, 0, 0)

Writer = Callable[..., None]


def write_quickly(table: Table, path: Path, *, sheet: str, created: date) -> None:
    """By rustpy-xlsxwriter. `created` is the day that the file's properties name. Raises `DoesNotFitWorkbook`."""
    _fits(table)
    text, day = Format().set_num_format(_TEXT), Format().set_num_format(_DAY)
    heading = Format().set_bold().set_background_color(_HEADING).set_border_bottom("thin")
    try:
        write_worksheet(
            _records(table) if table.rows else pl.DataFrame(schema=dict.fromkeys(table.titles, pl.String)),
            path,
            sheet_name=sheet,
            freeze_row=1,
            autofilter=True,
            column_widths=[float(column.width) for column in table.columns],
            column_formats=[day if column.days else text for column in table.columns],
            header_format=heading,
        )
    except RuntimeError as error:
        raise DoesNotFitWorkbook(path.name, table.rows) from error
    _date_properties(path, created)


def write_steadily(table: Table, path: Path, *, sheet: str, created: date) -> None:
    """By XlsxWriter, as `write_quickly` does it. Raises `DoesNotFitWorkbook`."""
    _fits(table)
    with Workbook(path, {"constant_memory": True, "tmpdir": str(path.parent)}) as book:
        book.set_properties({"created": datetime.combine(created, time())})
        formats = {str: book.add_format({"num_format": _TEXT}), date: book.add_format({"num_format": _DAY})}
        heading = book.add_format({"bold": True, "bg_color": _HEADING, "bottom": 1})
        page = book.add_worksheet(sheet)
        for place, column in enumerate(table.columns):
            page.set_column(place, place, column.width, formats[date if column.days else str])
            page.write_string(0, place, column.title, heading)
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, table.rows, len(table.columns) - 1)
        for number, record in enumerate(_records(table), start=1):
            for place, cell in enumerate(record.values()):
                if isinstance(cell, date):
                    page.write_datetime(number, place, cell, formats[date])
                elif cell and page.write_string(number, place, cell, formats[str]):
                    raise DoesNotFitWorkbook(path.name, table.rows)


WRITERS: dict[str, Writer] = {"rustpy-xlsxwriter": write_quickly, "xlsxwriter": write_steadily}


def _fits(table: Table) -> None:
    if table.rows > MOST_ROWS:
        raise DoesNotFitWorkbook(table.name, table.rows)


def _records(table: Table) -> Iterator[dict[str, str | date]]:
    """The defused rows by title, days as days."""
    titles, days = table.titles, [column.title for column in table.columns if column.days]
    with table.plain.open(encoding="utf-8-sig", newline="") as lines:
        for cells in islice(csv.reader(lines), 1, None):
            record: dict[str, str | date] = dict(zip(titles, cells, strict=True))
            for title in days:
                record[title] = _day(record[title])
            yield record


@lru_cache(maxsize=4_096)
def _day(cell: str) -> str | date:
    return date.fromisoformat(cell) if cell >= _FIRST_DAY else cell


def _date_properties(path: Path, created: date) -> None:
    """Say `created` where the library said now. Its parts before the properties, the sheet too, stay as they lie."""
    stamp = f"{created.isoformat()}T00:00:00Z".encode()
    with ZipFile(path, "a") as book:
        begin = book.getinfo(_PROPERTIES).header_offset
        behind = [part for part in book.infolist() if part.header_offset >= begin]
        contents = [(part.filename, book.read(part)) for part in behind]
        for part in behind:
            book.filelist.remove(part)
            del book.NameToInfo[part.filename]
        book.start_dir = begin  # from here on it is written anew
        for name, content in contents:
            part = ZipInfo(name, _EPOCH)
            part.compress_type, part.external_attr = ZIP_DEFLATED, 0o100644 << 16
            book.writestr(part, _STAMP.sub(stamp, content) if name == _PROPERTIES else content)
