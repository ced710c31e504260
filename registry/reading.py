"""From a file to rows of text. Law: a file is hostile until read, and what is wrong with it is said."""

import csv
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from registry import errors

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
TEXTS = (".csv", ".tsv", ".txt")
MAX_CELLS = 60_000_000  # of a sheet's used rectangle: the reader's memory grows with it
MAX_COLUMNS = 1_000
_UNPACKED_RATIO = 200
_UNPACKED_FLOOR = 64 * 1024 * 1024
_REFERENCE = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br\s*=\s*["']([A-Za-z]{1,3})(\d{1,7})["']""")

Cell = str | int | float | bool | date | datetime | time | timedelta | None


@dataclass(frozen=True)
class Rows:
    """A sheet's name and its rows of text, each with its number in the file (the first is 1)."""

    sheet: str
    rows: Iterator[tuple[int, list[str]]]


def read(path: Path, name: str, *, sheet: str = "", max_bytes: int) -> Rows:
    """The rows of the list at `path`; `name` is the file's own name. Of a workbook, the sheet named, else the first.

    Raises a `FileRefused` that says what is wrong with the file.
    """
    size = path.stat().st_size
    if size == 0:
        raise errors.EmptyFile(name)
    if size > max_bytes:
        raise errors.TooLarge(name, f"{max_bytes // 1024 // 1024} MB")
    suffix = Path(name).suffix.lower()
    if suffix in WORKBOOKS:
        return _read_workbook(path, name, suffix, sheet)
    if suffix in TEXTS:
        return Rows("", _read_text(path, name))
    raise errors.UnknownFormat(name)


def _read_workbook(path: Path, name: str, suffix: str, sheet: str) -> Rows:
    if suffix != ".xls":
        _refuse_bombs(path, name, suffix)
    try:
        book = CalamineWorkbook.from_path(str(path))
        if sheet and sheet not in book.sheet_names:
            raise errors.NoSuchSheet(name, sheet, book.sheet_names)
        if not book.sheet_names:
            raise errors.EmptyFile(name)
        chosen = book.get_sheet_by_name(sheet or book.sheet_names[0])
    except CalamineError as error:
        raise errors.NotWhatItSays(name, suffix) from error
    left = [""] * (
        chosen.start[1] if chosen.start else 0
    )  # rows come from the sheet's first, cells from the used part's
    texts = (left + [_text(cell) for cell in row] for row in chosen.iter_rows())
    return Rows(sheet or book.sheet_names[0], enumerate(texts, start=1))


def _refuse_bombs(path: Path, name: str, suffix: str) -> None:
    """Unpacked size and used rectangle, before the reader sees the file: it would hold the whole of both."""
    limit = max(_UNPACKED_FLOOR, _UNPACKED_RATIO * path.stat().st_size)
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > limit:
                raise errors.TooLarge(name, f"{limit // 1024 // 1024} MB")
            for member in archive.namelist():
                if member.endswith(".xml"):  # a sheet may lie anywhere in the archive
                    _refuse_wide_rectangle(archive, member, name)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise errors.NotWhatItSays(name, suffix) from error


def _refuse_wide_rectangle(archive: zipfile.ZipFile, member: str, name: str) -> None:
    widest = last = 0
    tail = b""
    with archive.open(member) as stream:
        while block := stream.read(1 << 20):
            block = tail + block
            for letters, digits in _REFERENCE.findall(block):
                widest = max(widest, _column_number(letters))
                last = max(last, int(digits))
            tail = block[-256:]
    if widest > MAX_COLUMNS or widest * last > MAX_CELLS:
        raise errors.TooLarge(name, f"{widest} × {last}")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _text(cell: Cell) -> str:
    """A cell as text. A number too long to be exact keeps its scientific form, so that the check can refuse it."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float):
        return (
            str(int(cell))
            if cell.is_integer() and abs(cell) < 1e15
            else f"{cell:.6G}"
            if abs(cell) >= 1e15
            else str(cell)
        )
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(sep=" ")
    return "" if cell is None else str(cell)


def _read_text(path: Path, name: str) -> Iterator[tuple[int, list[str]]]:
    encoding = _encoding(path, name)
    with path.open(encoding=encoding, newline="") as stream:
        sample = stream.read(8192)
        stream.seek(0)
        reader = csv.reader(stream, delimiter=max(",\t;|", key=sample.count))
        try:
            for row in reader:
                yield reader.line_num, [cell.strip() for cell in row]
        except csv.Error as error:
            raise errors.NotWhatItSays(name, Path(name).suffix) from error


def _encoding(path: Path, name: str) -> str:
    """UTF-8 where the bytes allow it, else GB18030; a file that is neither is refused before a row is read."""
    with path.open("rb") as stream:
        head = stream.read(4)
    candidates = ("utf-16",) if head[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in candidates:
        try:
            with path.open(encoding=encoding, newline="") as stream:
                while block := stream.read(1 << 20):
                    if "\x00" in block:
                        raise errors.WrongEncoding(name)
            return encoding
        except UnicodeError:
            continue
    raise errors.WrongEncoding(name)
