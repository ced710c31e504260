"""A list's problem rows go out as a workbook and come back corrected. Law: what was edited there becomes corrections.

The workbook has the rows' own numbers, the columns they came with, and why each is there; a hidden column remembers
what each cell said. A cell that nobody edited is not taken, and one that was corrected here meanwhile is not undone.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import xlsxwriter
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from registry import errors
from registry.correcting import Correction, correct_all, may_be_corrected, texts_of
from registry.importing import limits
from registry.models import Entry, ListImport
from registry.reading import read
from registry.wording import PROBLEMS

_ROW, _BLOCK, _WHY = "行号", "分栏", "原因"
_DOWNLOADED = "下载时的内容（系统核对用，请勿改动）"
_MAX_ROWS = 100_000


class Conflict(NamedTuple):
    """A cell that was edited in the workbook, and corrected here since the workbook was downloaded."""

    row_number: int
    header: str
    here: str
    there: str


class Returned(NamedTuple):
    """How many rows were changed, and the cells that were left as they read here."""

    rows: int
    conflicts: tuple[Conflict, ...]


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
    sheet.write_row(0, 0, [_ROW, _BLOCK, *header, _WHY, _DOWNLOADED], bold)
    for at, entry in enumerate(rows, start=1):
        cells = _cells(list_import, entry)
        sheet.write_number(at, 0, entry.row_number)
        sheet.write_number(at, 1, entry.block)
        for column, name in enumerate(header, start=2):
            sheet.write_string(at, column, cells.get(name, ""), text)
        sheet.write_string(at, len(header) + 2, "；".join(_reasons(entry)))
        said = {name: _digest(cells.get(name, "")) for name in header}
        sheet.write_string(at, len(header) + 3, json.dumps(said, ensure_ascii=False))
    sheet.set_column(2, len(header) + 2, 26)
    sheet.set_column(len(header) + 3, len(header) + 3, None, None, {"hidden": True})
    sheet.freeze_panes(1, 0)
    book.close()
    return stream.getvalue()


def take_back(
    *, list_import: ListImport, path: Path, file_name: str, now: datetime, by: User | None = None
) -> Returned:
    """Correct the staged list's rows by the cells that were edited in the workbook at `path`.

    Raises `FileRefused` where it cannot be read, `NotThisListsRows` where it is not such a workbook, `WrongState` where
    the list is staged no more, `NotYourProgramme`.
    """
    with read(path, file_name, sheet="", limits=limits()) as found:
        rows = [cells for _number, cells in found.rows]
    if not rows or rows[0][:2] != [_ROW, _BLOCK] or _DOWNLOADED not in rows[0] or len(rows) > _MAX_ROWS + 1:
        raise errors.NotThisListsRows(file_name)
    with transaction.atomic():
        ListImport.objects.select_for_update().get(pk=list_import.pk)  # nobody corrects it while cells are compared
        edited = list(_edited(list_import, rows[0], rows[1:], file_name))
        changes = [one for one in edited if isinstance(one, Correction)]
        why = _("By the corrected workbook %(file)s.") % {"file": file_name}
        changed = correct_all(list_import=list_import, changes=changes, why=why, now=now, by=by)
    return Returned(changed, tuple(one for one in edited if isinstance(one, Conflict)))


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


def _edited(
    list_import: ListImport, header: list[str], rows: list[list[str]], file_name: str
) -> Iterator[Correction | Conflict]:
    """The cells that say something else than when they were downloaded, and than they do now."""
    doubtful = list_import.entries.exclude(problems=[], corrections=[])
    entries = {(entry.row_number, entry.block): entry for entry in doubtful}
    fields = {text: name for name, text in list_import.columns.items() if may_be_corrected(name)}
    for row in rows:
        if not any(row):
            continue
        number, block = (int(cell) if cell.isdecimal() and len(cell) < 9 else 0 for cell in row[:2])
        entry = entries.get((number, block))
        cells = dict(zip(header, row, strict=False))
        said = _as_downloaded(cells.get(_DOWNLOADED, ""))
        if entry is None or said is None:
            raise errors.NotThisListsRows(file_name)
        texts = texts_of(list_import, entry)
        for text in fields.keys() & cells.keys() & said.keys():
            here, there = texts.get(fields[text], "").strip(), cells[text].strip()
            if there == here or _digest(there) == said[text]:
                continue
            if _digest(here) == said[text]:
                yield Correction(entry.pk, fields[text], there)
            else:
                yield Conflict(number, text, here, there)


def _as_downloaded(text: str) -> dict[str, str] | None:
    """Header text → digest of what the cell said; None where that is not kept any more."""
    try:
        said = json.loads(text)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _digest(cell: str) -> str:
    return sha256(cell.strip().encode()).hexdigest()[:16]
