"""A table of any length as a csv or a workbook. Law: memory does not grow with the rows, and every cell is a text."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from django.template.defaultfilters import yesno
from django.utils.timezone import localtime
from xlsxwriter import Workbook

from registry.formulas import STARTS
from registry.models import ExportFormat

SHEET_ROWS = 1_048_575  # without the header; what is more goes on in another sheet
_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}

Row = Sequence[Any]


class Sheet(NamedTuple):
    """What is written: the headings, and the rows as they come."""

    headings: Sequence[str]
    rows: Iterable[Row]


def harmless(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets a leading apostrophe; all else stays."""
    return f"'{value}" if isinstance(value, str) and value.lstrip(" \u3000\xa0").startswith(STARTS) else value


def write(sheet: Sheet, path: Path, kind: str, report: Callable[[int], None]) -> int:
    """Write the file at `path`; returns its rows without the headings. `report` is told of each as it passes."""
    counted = _Counted(sheet.rows, report)
    headings = [_text(one) for one in sheet.headings]
    (_write_workbook if kind == ExportFormat.XLSX else _write_csv)(headings, map(_texts, counted), path)
    return counted.number


class _Counted:
    """Rows that are counted as they pass."""

    def __init__(self, rows: Iterable[Row], report: Callable[[int], None]) -> None:
        self.number, self._rows, self._report = 0, rows, report

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            yield row
            self.number += 1
            self._report(self.number)


def _write_csv(headings: Row, rows: Iterator[Row], path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:  # the mark is for spreadsheet programs
        writer = csv.writer(stream)
        writer.writerow(headings)
        writer.writerows(rows)


def _write_workbook(headings: Row, rows: Iterator[Row], path: Path) -> None:
    with Workbook(str(path), {"constant_memory": True, "tmpdir": str(path.parent), **_PLAIN}) as book:
        bold = book.add_format({"bold": True})
        first: Row | None = next(rows, None)
        while True:
            page = book.add_worksheet()
            page.freeze_panes(1, 0)
            page.set_column(0, len(headings) - 1, 20)
            page.write_row(0, 0, headings, bold)
            if first is not None:
                page.write_row(1, 0, first)
                for at, row in enumerate(islice(rows, SHEET_ROWS - 1), 2):
                    page.write_row(at, 0, row)
            first = next(rows, None)
            if first is None:
                return


def _texts(row: Row) -> Row:
    return [_text(value) for value in row]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(yesno(value))
    if isinstance(value, int | Decimal):
        return str(value)  # one below zero is no formula
    if isinstance(value, list | tuple):
        return str(harmless("、".join(map(str, value))))
    if isinstance(value, datetime):
        return localtime(value).isoformat(sep=" ", timespec="seconds")
    return str(harmless(str(value)))
