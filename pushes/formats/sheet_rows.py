"""The rows of a table as rows of a workbook's sheet, in XML, many at a time (pure).

Law: what a reader takes out is what was put in; a cell that no workbook holds is refused.

Cells are handled as bytes, a sign for each: all that means something to csv and XML is ASCII, the rest passes as it is.
"""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from xlsxwriter.utility import xl_col_to_name

from pushes.formats.table import Column, Table

LONGEST = 32_767  # signs in a cell of a workbook, as UTF-16 counts them
FIRST_DAY = "1900-03-01"  # the days before are counted in different ways; they stand as text
_EPOCH = date(1899, 12, 30)  # the day 0 of workbooks
_BLOCK = 250  # rows at a time: so few stay in the processor's cache from step to step
_BYTES = "latin-1"
# Readers drop spaces at the ends of a cell unless told to keep them. These are at all such ends, and at some others.
_OUTER_SPACES = ("\n ", ", ", '" ', " ,", ' "', " \r")
_LIKE_AN_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # in workbooks it would stand for a sign


class CellTooLong(Exception):
    """A cell holds more than a workbook's can."""


class Formats(NamedTuple):
    """The numbers of the formats that a workbook gave to its texts and its days."""

    text: int
    day: int


def rows_as_xml(table: Table, formats: Formats) -> Iterator[bytes]:
    """The defused rows below the heading, in pieces. Raises `CellTooLong`."""
    days = _days(formats)
    calm, spaced = (_Shape.of(table.columns, formats, tag) for tag in ("<t>", '<t xml:space="preserve">'))
    number = 2
    with table.plain.open("rb") as lines:
        next(lines)
        while block := list(islice(lines, _BLOCK)):
            _refuse_long_cells(block)
            signs = _escaped(b"".join(block).decode(_BYTES))
            shape = spaced if _has_outer_space(signs) else calm
            yield shape.filled(number, _cells(signs, table.columns, days))
            number += len(block)


class _Shape(NamedTuple):
    """A row with blanks for its number and its cells; and what an empty text in it becomes."""

    row: str
    empty: str
    nothing: str

    @classmethod
    def of(cls, columns: Sequence[Column], formats: Formats, tag: str) -> "_Shape":
        text = f' s="{formats.text}" t="inlineStr"><is>{tag}%s</t></is></c>'
        cells = (
            f'<c r="{xl_col_to_name(place)}%s"{"%s" if column.days else text}' for place, column in enumerate(columns)
        )
        return cls(f'<row r="%s">{"".join(cells)}</row>', text % "", f' s="{formats.text}"/>')

    def filled(self, first: int, columns: Sequence[Sequence[str]]) -> bytes:
        """Rows from the number `first` on, of these columns."""
        numbers = list(map(str, range(first, first + len(columns[0]))))
        blanks = [numbers, *(part for cells in columns for part in (numbers, cells))]
        rows = "".join(map(self.row.__mod__, zip(*blanks, strict=True)))
        return rows.replace(self.empty, self.nothing).encode(_BYTES)


def _cells(signs: str, columns: Sequence[Column], days: Callable[[str], str]) -> list[Sequence[str]]:
    lines = signs.split("\r\n")[:-1]
    rows = csv.reader(lines) if '"' in signs else (line.split(",") for line in lines)
    by_column = zip(*rows, strict=True)
    return [list(map(days, cells)) if column.days else cells for column, cells in zip(columns, by_column, strict=True)]


def _has_outer_space(signs: str) -> bool:
    return " " in signs and (signs[0] == " " or any(pair in signs for pair in _OUTER_SPACES))


def _days(formats: Formats) -> Callable[[str], str]:
    """What follows the place of a cell that holds a day."""

    @lru_cache(maxsize=4_096)
    def day(cell: str) -> str:
        if cell >= FIRST_DAY:
            return f' s="{formats.day}"><v>{(date.fromisoformat(cell) - _EPOCH).days}</v></c>'
        return f' s="{formats.text}" t="inlineStr"><is><t>{cell}</t></is></c>' if cell else f' s="{formats.day}"/>'

    return day


def _escaped(signs: str) -> str:
    text = signs.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _LIKE_AN_ESCAPE.sub("_x005F_", text) if "_" in text else text


def _refuse_long_cells(lines: Sequence[bytes]) -> None:
    for line in lines:
        if len(line) > LONGEST:
            cells = next(csv.reader([line.decode()]))
            if any(len(cell.encode("utf-16-le")) > 2 * LONGEST for cell in cells):
                raise CellTooLong
