"""Reads a package's table back, whatever its form: rows of text, the header first.

Law: equal tables read alike in every form; what cannot be read says so by one exception.
"""

import csv
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import polars
from polars.exceptions import PanicException, PolarsError
from python_calamine import CalamineError, CalamineWorkbook

from pushes.formats import words

Row = list[str]


class Unreadable(Exception):
    """The file is not of the form that its name says."""


def rows(file: Path, *, format: str, encoding: str, columns: Sequence[str]) -> Iterator[Row]:
    """The rows of a table with these columns; a form without a header of its own gets them for one.

    Raises `Unreadable`, at the row where it is met.
    """
    with _reading():
        if format == "csv":
            yield from _csv(file, encoding)
        elif format == "xlsx":
            yield from _xlsx(file)
        elif format == "jsonl":
            yield from _lines(file, columns)
        else:
            yield from _parquet(file)


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except (ValueError, LookupError, csv.Error, CalamineError, PolarsError, PanicException, RecursionError) as error:
        raise Unreadable from error


def _csv(file: Path, encoding: str) -> Iterator[Row]:
    with file.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as lines:
        yield from csv.reader(lines, strict=True)


def _xlsx(file: Path) -> Iterator[Row]:
    """Every sheet of the workbook; those after the first go on where it ended, under the same header."""
    book = CalamineWorkbook.from_path(str(file))
    header: Row | None = None
    for name in book.sheet_names:
        for number, cells in enumerate(book.get_sheet_by_name(name).iter_rows()):
            row = [_text(cell) for cell in cells]
            if number or row != header:
                yield row
            if header is None:
                header = row


def _lines(file: Path, columns: Sequence[str]) -> Iterator[Row]:
    yield list(columns)
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if not isinstance(record, dict) or list(record) != list(columns):
                raise Unreadable
            yield [_text(cell) for cell in record.values()]


def _parquet(file: Path) -> Iterator[Row]:
    table = polars.read_parquet(file)
    yield list(table.columns)
    for cells in table.iter_rows():
        yield [_text(cell) for cell in cells]


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, list):
        return words.SEPARATOR.join(map(str, cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)
