"""Writes a table as a workbook for people: codes as text, dates as dates, header frozen, filters on (pure).

Law: the same rows give the same bytes, and memory does not grow with them.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from types import TracebackType
from typing import Self

from xlsxwriter import Workbook

from pushes.formats.table import Cell, Column, plain


class DoesNotFit(Exception):
    """A cell or row beyond what a workbook can hold: nothing is cut off in silence."""


class XlsxFile:
    """A workbook with one sheet being written; rows go to disk as they come."""

    def __init__(self, path: Path, columns: Sequence[Column], *, sheet: str, created: date) -> None:
        """`created` is the day that the file's properties name, whenever it is written."""
        self.rows = 0
        self._book = Workbook(path, {"constant_memory": True, "tmpdir": str(path.parent)})
        self._book.set_properties({"created": datetime.combine(created, time())})
        self._text = self._book.add_format({"num_format": "@"})
        self._date = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._sheet = self._book.add_worksheet(sheet)
        self._last_column = len(columns) - 1
        for place, column in enumerate(columns):
            self._sheet.set_column(place, place, column.width)
        heading = self._book.add_format({"bold": True, "bg_color": "#E8F0F7", "bottom": 1})
        for place, column in enumerate(columns):
            self._fit(self._sheet.write_string(0, place, plain(column.title), heading))
        self._sheet.freeze_panes(1, 0)

    def write(self, row: Sequence[Cell]) -> None:
        """Raises `DoesNotFit`."""
        number = self.rows + 1
        for place, cell in enumerate(row):
            if isinstance(cell, date):
                self._fit(self._sheet.write_datetime(number, place, cell, self._date))
            elif cell:
                self._fit(self._sheet.write_string(number, place, plain(cell), self._text))
        self.rows = number

    def _fit(self, refusal: int) -> None:
        if refusal:
            raise DoesNotFit(f"row {self.rows + 1}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sheet.autofilter(0, 0, self.rows, self._last_column)
        self._book.close()
