"""Writes rows in the formats that lists come in. Law: the same rows always give the same bytes."""

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

import docx
import xlsxwriter

HERE = Path(__file__).resolve().parent
_LONG_AGO = datetime(2025, 1, 1)
_ODS = "urn:oasis:names:tc:opendocument:xmlns"
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


@dataclass(frozen=True)
class Formula:
    """A formula with the value that the program which saved the file had computed."""

    text: str
    value: str | float


Cell = str | int | float | date | Formula | None
Cells = Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows from the top, merged ranges ("B2:B4"), and the numbers of the rows that are hidden."""

    rows: Cells
    merged: Sequence[str] = ()
    hidden: Iterable[int] = ()


def workbook(name: str, sheets: Sheet | Mapping[str, Sheet]) -> None:
    book = xlsxwriter.Workbook(str(HERE / name))
    book.set_properties({"created": _LONG_AGO})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for title, sheet in ({"Sheet1": sheets} if isinstance(sheets, Sheet) else sheets).items():
        page = book.add_worksheet(title)
        for area in sheet.merged:
            page.merge_range(area, "")
        for at, row in enumerate(sheet.rows):
            for column, cell in enumerate(row):
                _write(page, at, column, cell, day)
        for number in sheet.hidden:
            page.set_row(number - 1, None, None, {"hidden": True})
    book.close()


def _write(page: xlsxwriter.worksheet.Worksheet, at: int, column: int, cell: Cell, day: object) -> None:
    match cell:
        case None | "":
            pass
        case Formula():
            page.write_formula(at, column, cell.text, None, cell.value)
        case date():
            page.write_datetime(at, column, cell, day)
        case str():
            page.write_string(at, column, cell)
        case _:
            page.write_number(at, column, cell)


def text(name: str, content: str, encoding: str) -> None:
    (HERE / name).write_bytes(content.encode(encoding))


def spreadsheet(name: str, rows: Sequence[Sequence[str]], *, hidden: Iterable[int] = ()) -> None:
    """An OpenDocument spreadsheet of texts, as small as the format allows."""
    lines = "".join(
        _row_tag(number in set(hidden)) + "".join(map(_cell, row)) + "</table:table-row>"
        for number, row in enumerate(rows, start=1)
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.2" '
        f'xmlns:office="{_ODS}:office:1.0" xmlns:table="{_ODS}:table:1.0" xmlns:text="{_ODS}:text:1.0">'
        f'<office:body><office:spreadsheet><table:table table:name="名单">{lines}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest manifest:version="1.2" '
        f'xmlns:manifest="{_ODS}:manifest:1.0"><manifest:file-entry manifest:full-path="/" '
        f'manifest:media-type="{_ODS_TYPE}"/><manifest:file-entry manifest:full-path="content.xml" '
        'manifest:media-type="text/xml"/></manifest:manifest>'
    )
    _archive(name, {"mimetype": _ODS_TYPE, "content.xml": content, "META-INF/manifest.xml": manifest})


def _row_tag(hidden: bool) -> str:
    return '<table:table-row table:visibility="collapse">' if hidden else "<table:table-row>"


def _cell(value: str) -> str:
    if not value:
        return "<table:table-cell/>"
    return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'


def document(
    name: str,
    above: Sequence[str],
    rows: Sequence[Sequence[str]],
    below: Sequence[str] = (),
    *,
    merged: Iterable[tuple[int, int, int]] = (),
) -> None:
    """A Word document: paragraphs, one table, paragraphs. `merged`: (column, first row, last row), from 0."""
    found = docx.Document()
    for line in above:
        found.add_paragraph(line)
    table = found.add_table(len(rows), max(map(len, rows)))
    for cells, row in zip(table.rows, rows, strict=True):
        for cell, value in zip(cells.cells, row, strict=False):
            cell.text = value
    for column, first, last in merged:
        value = table.cell(first, column).text
        table.cell(first, column).merge(table.cell(last, column)).text = value
    for line in below:
        found.add_paragraph(line)
    found.core_properties.created = found.core_properties.modified = _LONG_AGO
    packed = BytesIO()
    found.save(packed)
    with zipfile.ZipFile(packed) as archive:
        _archive(name, {member: archive.read(member) for member in archive.namelist()})


def _archive(name: str, members: Mapping[str, str | bytes]) -> None:
    """A zip whose members bear no date of today; the first is stored as it is, as OpenDocument wants it."""
    with zipfile.ZipFile(HERE / name, "w") as archive:
        for member, content in members.items():
            how = zipfile.ZIP_STORED if member == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(member), content, compress_type=how)
