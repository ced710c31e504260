"""What a workbook's file says beside its cells' texts: hidden rows, cells with an error (a part of `parsing`).

Law: a mark is looked for, never needed. The files are read in blocks, whatever they claim to be.
"""

import html
import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

import olefile

MOST_ERRORS = 10_000  # cells; a list with more of them is no list
NOT_CALCULATED = "#CALC!"  # of a formula whose result the file does not hold
_BLOCK = 1 << 20
_LONGEST_ROW = 16 << 20  # bytes of its XML
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*\shidden=["'](?:1|true)["']""")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*[^>/])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]{1,20})</")
_ANY_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>[^<]")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_PLACE = re.compile(r"^([A-Z]{1,3})([1-9]\d{0,6})$")
_TABLE_OR_ROW = re.compile(rb"<table:table(?:-row)?\s[^>]*>")
# Records of an xls (BIFF8): a sheet's beginning, a row, the end of a sheet.
_BOUND_SHEET, _ROW, _END = 0x0085, 0x0208, 0x000A
_ROW_IS_HIDDEN = 0x20


@dataclass
class Marks:
    """Of one sheet: how many rows are hidden, and the texts of cells with an error by (row, column), from 0."""

    hidden: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)


def marks_of(path: str, sheet: str) -> Marks:
    """The marks of the named sheet; none where the format does not tell them."""
    if olefile.isOleFile(path):
        return Marks(hidden=_hidden_in_xls(path, sheet))
    if not zipfile.is_zipfile(path):
        return Marks()
    with zipfile.ZipFile(path) as archive:
        if "content.xml" in archive.namelist():
            with archive.open("content.xml") as stream:
                return Marks(hidden=_hidden_in_ods(stream, sheet))
        part = _part_of(archive, sheet)
        if part not in archive.namelist():
            return Marks()
        with archive.open(part) as stream:
            return _marks_of_part(stream)


def _blocks(stream: IO[bytes], border: bytes) -> Iterator[bytes]:
    """The stream in pieces that are cut before a `border` only; what is larger than any row is let go."""
    rest = b""
    while block := stream.read(_BLOCK):
        rest += block
        cut = rest.rfind(border)
        if cut > 0:
            yield rest[:cut]
            rest = rest[cut:]
        elif len(rest) > _LONGEST_ROW:
            rest = b""
    yield rest


def _marks_of_part(stream: IO[bytes]) -> Marks:
    found = Marks()
    for rows in _blocks(stream, b"row "):
        if b"hidden=" in rows:
            found.hidden += len(_HIDDEN_ROW.findall(b"<" + rows))  # the cut may lie behind its bracket
        if b't="e"' in rows or b"t='e'" in rows or _FORMULA.search(rows):
            _note_errors(rows, found.errors)
    return found


def _note_errors(rows: bytes, errors: dict[tuple[int, int], str]) -> None:
    for tag, inner in _CELL.findall(rows):
        if len(errors) < MOST_ERRORS and (told := _error_of(_attribute(tag, "t"), inner)):
            place = _PLACE.match(_attribute(tag, "r"))
            if place:
                errors[int(place[2]) - 1, _column(place[1])] = told


def _error_of(kind: str, inner: bytes) -> str:
    """The error of a cell; a formula of which no result was kept has one, too, where a program wrote it."""
    if kind == "e":
        return value[1].decode(errors="replace") if (value := _VALUE.search(inner)) else ""
    return NOT_CALCULATED if kind != "str" and _FORMULA.search(inner) and not _ANY_VALUE.search(inner) else ""


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """The sheet's part of an xlsx; "" where there is none of that name."""
    names = archive.namelist()
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        return ""
    wanted = None
    for tag in _SHEET.findall(archive.read("xl/workbook.xml")):
        if html.unescape(_attribute(tag, "name")) == sheet:
            wanted = _attribute(tag, r"\w+:id")
    for tag in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")):
        if wanted and _attribute(tag, "Id") == wanted:
            target = _attribute(tag, "Target")
            return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return ""


def _hidden_in_ods(stream: IO[bytes], sheet: str) -> int:
    """Rows of an OpenDocument sheet that are collapsed or filtered out; one tag may stand for many rows."""
    count, here = 0, False
    for piece in _blocks(stream, b"<table:table"):
        for tag in _TABLE_OR_ROW.findall(piece):
            if not tag.startswith(b"<table:table-row"):
                here = html.unescape(_attribute(tag, "table:name")) == sheet
            elif here and _attribute(tag, "table:visibility") in ("collapse", "filter"):
                repeated = _attribute(tag, "table:number-rows-repeated")
                count += int(repeated) if repeated.isdecimal() else 1
    return count


def _hidden_in_xls(path: str, sheet: str) -> int:
    """Rows of a sheet of an old workbook whose record says that they are hidden."""
    with olefile.OleFileIO(path) as file:
        name = next((name for name in ("Workbook", "Book") if file.exists(name)), "")
        if not name:
            return 0
        book = file.openstream(name).read()
    begin = next((at for kind, at, text in _sheets_of_xls(book) if kind == 0 and text == sheet), None)
    count = 0
    for kind, record in _records(book, begin) if begin is not None else ():
        if kind == _END:
            break
        if kind == _ROW and len(record) >= 16:
            count += bool(record[12] & _ROW_IS_HIDDEN)
    return count


def _sheets_of_xls(book: bytes) -> Iterator[tuple[int, int, str]]:
    """Kind (0: of cells), place and name of each sheet."""
    for kind, record in _records(book, 0):
        if kind == _END:
            return
        if kind == _BOUND_SHEET and len(record) > 8:
            at, _visible, of, length, wide = struct.unpack_from("<IBBBB", record)
            text = record[8 : 8 + length * 2].decode("utf-16-le", "replace") if wide & 1 else ""
            yield of, at, text or record[8 : 8 + length].decode("latin-1")


def _records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        yield kind, book[at + 4 : at + 4 + length]
        at += 4 + length


def _attribute(tag: bytes, name: str) -> str:
    found = re.search(rf"""\s{name}=["']([^"']*)["']""".encode(), tag)
    return found[1].decode("utf-8", "replace") if found else ""
