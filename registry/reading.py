"""From a file to rows of text. Law: a file is hostile until read, and what is wrong with it is said.

Workbooks are parsed by `parsing`, a process of its own with a limit of memory; texts are streamed here.
"""

import csv
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import orjson
from django.utils.translation import gettext as _

from registry import apart, errors
from registry.converting import BECOMES, converted

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
TEXTS = (".csv", ".tsv", ".txt")
DOCUMENTS = (".docx", ".pdf")
CONVERTED = tuple(BECOMES)  # no well-kept library reads these
MAX_COLUMNS = 1_000
PARSING_MEMORY = 2 << 30  # bytes; a million rows of ten columns need half of it
_WORKBOOK_PARSER, _DOCUMENT_PARSER = "registry.parsing", "registry.parsing_documents"
_ROOT = Path(__file__).resolve().parents[1]
NUL_SHOWN = "\N{SYMBOL FOR NULL}"  # stands for a NUL, which published files do hold and no database keeps
_NULS_OF_A_TEXT = 20  # one character in so many may be one; more of them are another encoding
_END = "\x04end of the list\x04"
_UNPACKED_FLOOR = 64 << 20  # what unpacks to no more is no bomb, however small it is


class Merged(NamedTuple):
    """A cell of several rows: which, the first of the file is 1, and the column, from 0."""

    first: int
    last: int
    column: int


@dataclass
class Rows:
    """A sheet's name and its rows of text, each with its number in the file (the first is 1).

    `expected`: how many rows it will be, 0 where the format does not tell.
    `merged`: what stands in cells of several rows, and is repeated in each; known once the rows were taken.
    `hidden`: how many of the rows the file hides, known once they were taken; they are among the rows like all others.
    """

    sheet: str
    rows: Iterator[tuple[int, list[str]]]
    hidden: int = 0
    merged: Sequence[Merged] = ()
    expected: int = 0


@dataclass(frozen=True)
class Limits:
    """How much a file may hold: bytes as it comes, bytes unpacked, and how many times itself it may unpack to."""

    size: int
    unpacked: int = 4 << 30
    ratio: int = 200


@contextmanager
def read(path: Path, name: str, *, sheet: str = "", limits: Limits) -> Iterator[Rows]:
    """The rows of the list at `path`, to be taken within the block; `name` is the file's own name.

    Of a workbook, the sheet named, else the only visible one that holds anything. Raises a `FileRefused` that says what
    is wrong with the file, at the beginning or while the rows are taken.
    """
    size = path.stat().st_size
    if size == 0:
        raise errors.EmptyFile(name)
    if size > limits.size:
        raise errors.TooLarge(name, f"{limits.size >> 20} MB")
    suffix = Path(name).suffix.lower()
    if suffix in (".xlsx", ".xlsm", ".ods", ".docx"):
        _refuse_bombs(path, name, suffix, limits)
    if suffix in WORKBOOKS:
        with _parsing(_WORKBOOK_PARSER, path, sheet) as process:
            yield _parsed(process, name, suffix, sheet)
    elif suffix in DOCUMENTS:
        with _parsing(_DOCUMENT_PARSER, path, suffix) as process:
            found = _parsed(process, name, suffix, "")
            found.sheet = ""  # a document has none
            yield found
    elif suffix in CONVERTED:
        with (
            converted(path, name) as made,
            read(made, f"{Path(name).stem}{made.suffix}", sheet=sheet, limits=limits) as rows,
        ):
            yield rows
    elif suffix in TEXTS:
        yield Rows("", _read_text(path, name))
    else:
        raise errors.UnknownFormat(name)


def _refuse_bombs(path: Path, name: str, suffix: str, limits: Limits) -> None:
    """What says itself that it unpacks to far more than it is, is refused at once."""
    limit = min(limits.unpacked, max(_UNPACKED_FLOOR, limits.ratio * path.stat().st_size))
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > limit:
                raise errors.TooLarge(name, f"{limit // 1024 // 1024} MB")
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise errors.NotWhatItSays(name, suffix) from error


@contextmanager
def _parsing(module: str, path: Path, what: str) -> Iterator["subprocess.Popen[bytes]"]:
    """The parsing process, which ends with the block at the latest. `what`: the sheet, or the kind of document."""
    program = [sys.executable, "-P", "-m", module, str(path), what, str(PARSING_MEMORY)]
    places = {"PYTHONPATH": str(_ROOT), "PATH": os.environ.get("PATH", "")}  # it has no need of the house's secrets
    nothing = subprocess.DEVNULL
    with subprocess.Popen(  # noqa: S603
        program, env=places, stdin=nothing, stdout=subprocess.PIPE, stderr=nothing
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _parsed(process: "subprocess.Popen[bytes]", name: str, suffix: str, sheet: str) -> Rows:
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    first = process.stdout.readline()
    chosen, sheets, expected = orjson.loads(first) if first else ("", [], 0)
    if not chosen:
        _judge_end(process.wait(), name, suffix, sheet, sheets)
        raise errors.NotWhatItSays(name, suffix)
    found = Rows(chosen, iter(()), expected=expected)
    found.rows = enumerate(_rows(process, name, suffix, found), start=1)
    return found


def _rows(process: "subprocess.Popen[bytes]", name: str, suffix: str, found: Rows) -> Iterator[list[str]]:
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    for line in process.stdout:
        if not line.endswith(b"\n"):
            break  # it died while it wrote
        told = orjson.loads(line)
        if isinstance(told, dict):
            found.hidden, found.merged = told["hidden"], [Merged(*one) for one in told.get("merged", ())]
        else:
            if max(map(len, told), default=0) > MAX_COLUMNS:
                raise errors.TooLarge(name, _("%(columns)s columns") % {"columns": MAX_COLUMNS})
            yield from _shown(told) if b"\\u0000" in line else told
    _judge_end(process.wait(), name, suffix)


def _judge_end(code: int, name: str, suffix: str, sheet: str = "", sheets: Sequence[str] = ()) -> None:
    """Say in words what the parsing process said by its end."""
    if code == apart.NOT_WHAT_IT_SAYS:
        raise errors.NotWhatItSays(name, suffix)
    if code == apart.NO_SUCH_SHEET:
        raise errors.NoSuchSheet(name, sheet, list(sheets))
    if code == apart.WHICH_SHEET:
        raise errors.SheetNeeded(name, list(sheets)) if sheets else errors.EmptyFile(name)
    if code == apart.WITHOUT_TEXT:
        raise errors.NoText(name)
    if code < 0 or code == apart.TOO_MUCH:  # killed by a limit, or aborted for want of memory
        raise errors.TooLarge(name, f"{PARSING_MEMORY >> 20} MB")
    if code:
        raise RuntimeError(f"the parsing process failed on {name}: exit code {code}")


def _shown(rows: list[list[str]]) -> list[list[str]]:
    """The rows with a visible character for NUL, which no database keeps."""
    return [[cell.replace("\x00", NUL_SHOWN) for cell in row] for row in rows]


def _read_text(path: Path, name: str) -> Iterator[tuple[int, list[str]]]:
    encoding = _encoding(path, name)
    with path.open(encoding=encoding, newline="") as stream:
        sample = stream.read(8192)
        stream.seek(0)
        delimiter = max(",\t;|", key=sample.count)
        lines: list[str] = []  # those of the row that is being taken
        reader = csv.reader(_remembered(stream, lines), delimiter=delimiter)
        width = 2
        try:
            for number, row in enumerate(reader, start=1):
                if len(lines) > 1 and _has_swallowed(lines, delimiter, width):
                    raise errors.BrokenQuotes(name, reader.line_num - len(lines) + 1)
                if row == [_END]:
                    return
                lines.clear()
                width = max(width, len(row))
                if width > MAX_COLUMNS:
                    raise errors.TooLarge(name, _("%(columns)s columns") % {"columns": MAX_COLUMNS})
                yield number, [cell.strip().replace("\x00", NUL_SHOWN) for cell in row]
        except csv.Error as error:
            raise errors.NotWhatItSays(name, Path(name).suffix) from error


def _remembered(stream: Iterable[str], lines: list[str]) -> Iterator[str]:
    """The lines, each also put into `lines`, and one more, which a quote that is never closed would swallow."""
    for line in stream:
        lines.append(line)
        yield line
    lines.append(_END)
    yield _END


def _has_swallowed(lines: Sequence[str], delimiter: str, width: int) -> bool:
    """Whether a quote that was opened by mistake took whole rows, or the file's end, into one row of several lines.

    A line break within quotes is well; a quote that closes in the middle of a text, or rows within quotes, are not.
    """
    if lines[-1] == _END:
        return True
    try:
        row = next(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return True
    return any(line.count(delimiter) >= width - 1 for cell in row for line in cell.splitlines()[1:])


def _encoding(path: Path, name: str) -> str:
    """UTF-8 where the bytes allow it, else GB18030; a file that is neither is refused before a row is read."""
    with path.open("rb") as stream:
        head = stream.read(4)
    if head in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"):
        raise errors.NotWhatItSays(name, Path(name).suffix)
    candidates = ("utf-16",) if head[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in candidates:
        try:
            with path.open(encoding=encoding, newline="") as stream:
                while block := stream.read(1 << 20):
                    if block.count("\x00") > len(block) // _NULS_OF_A_TEXT:
                        raise errors.WrongEncoding(name)
            return encoding
        except UnicodeError:
            continue
    raise errors.WrongEncoding(name)
