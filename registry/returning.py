"""A list's problem rows go out as a workbook and come back corrected. Law: what comes back is taken as corrections.

The workbook has the rows' own numbers, the columns they came with, and why each is there.
"""

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path

import xlsxwriter
from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from registry import errors
from registry.correcting import Correction, correct_all, may_be_corrected
from registry.importing import limits
from registry.models import Entry, ListImport
from registry.reading import read
from registry.wording import PROBLEMS

_ROW, _BLOCK, _WHY = "行号", "分栏", "原因"
_MAX_ROWS = 100_000


def problem_workbook(list_import: ListImport) -> bytes:
    """The rows with problems as an xlsx: their number, their cells as they read now, and the reasons."""
    entries = list_import.entries.exclude(problems=[]).order_by("row_number", "block")[:_MAX_ROWS]
    rows = list(entries)
    beyond = {text for entry in rows for text in entry.published}.difference(list_import.header)
    header = [*list_import.header, *sorted(beyond)]
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(_("Rows with problems"))
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    sheet.write_row(0, 0, [_ROW, _BLOCK, *header, _WHY], bold)
    for at, entry in enumerate(rows, start=1):
        cells = _cells(list_import, entry)
        sheet.write_number(at, 0, entry.row_number)
        sheet.write_number(at, 1, entry.block)
        for column, name in enumerate(header, start=2):
            sheet.write_string(at, column, cells.get(name, ""), text)
        sheet.write_string(at, len(header) + 2, "；".join(_reasons(entry)))
    sheet.set_column(2, len(header) + 2, 26)
    sheet.freeze_panes(1, 0)
    book.close()
    return stream.getvalue()


def take_back(*, list_import: ListImport, path: Path, file_name: str, now: datetime, by: User | None = None) -> int:
    """Correct the staged list's rows by the workbook at `path`; returns how many rows it changed.

    Raises `FileRefused` where it is not such a workbook, `WrongState` where the list is staged no more.
    """
    with read(path, file_name, sheet="", limits=limits()) as found:
        rows = [cells for _number, cells in found.rows]
    if not rows or rows[0][:2] != [_ROW, _BLOCK] or len(rows) > _MAX_ROWS + 1:
        raise errors.NotThisListsRows(file_name)
    changes = list(_changes(list_import, rows[0], rows[1:], file_name))
    why = _("By the corrected workbook %(file)s.") % {"file": file_name}
    return correct_all(list_import=list_import, changes=changes, why=why, now=now, by=by)


def _cells(list_import: ListImport, entry: Entry) -> dict[str, str]:
    """Header text → what the row reads, corrections included."""
    corrected = {
        list_import.columns[one["field"]]: one["now"]
        for one in entry.corrections
        if one["field"] in list_import.columns
    }
    return {**entry.published, **corrected}


def _reasons(entry: Entry) -> Iterator[str]:
    for problem in entry.problems:
        words = str(PROBLEMS.get(problem["code"], problem["code"]))
        proposal = problem.get("proposal", "")
        yield words + (_(" Perhaps it should read %(text)s.") % {"text": proposal} if proposal else "")


def _changes(list_import: ListImport, header: list[str], rows: list[list[str]], file_name: str) -> Iterator[Correction]:
    doubtful = list_import.entries.exclude(problems=[], corrections=[])
    places = {(row, block): pk for row, block, pk in doubtful.values_list("row_number", "block", "pk")}
    fields = {text: name for name, text in list_import.columns.items() if may_be_corrected(name)}
    for row in rows:
        if not any(row):
            continue
        number, block = (int(cell) if cell.isdecimal() and len(cell) < 9 else 0 for cell in row[:2])
        place = (number, block)
        if place not in places:
            raise errors.NotThisListsRows(file_name)
        for text, cell in zip(header[2:], row[2:], strict=False):
            if text in fields:
                yield Correction(places[place], fields[text], cell)
