"""A stranger's list is opened: any columns, of which one or two are understood.

Law: it is read as hostile as a published list, and every row goes on as it came, but for blank ones. Nothing is kept.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from django.conf import settings

from enterprises import errors
from registry.columns import OTHER, Vocabulary, map_columns
from registry.errors import NoRows, TooLarge
from registry.identifiers import clean_code, is_old_number, uscc_fault
from registry.layout import HEADER_SEARCH_ROWS
from registry.models import HeaderWord
from registry.names import clean_text, is_legal_name
from registry.reading import TEXTS, WORKBOOKS, Limits, Merged, Rows, read

SUFFIXES = (*WORKBOOKS, *TEXTS)
CODES = ("uscc", "org_code", "reg_no")
NAMES = ("name", "new_name")
MEANT = (*NAMES, "former_name", *CODES)
# What banks call the columns of their customers, beside what published lists do.
_WORDS = {
    "客户名": "name", "客户全称": "name", "客户中文名称": "name", "借款人": "name", "借款人名称": "name",
    "CUST_NAME": "name", "CUSTOMER_NAME": "name", "ENT_NAME": "name", "COMPANY_NAME": "name",
    "证件号码": "uscc", "证件号": "uscc", "USCC": "uscc", "CREDIT_CODE": "uscc", "ORG_CODE": "org_code",
    "担保人名称": OTHER, "保证人名称": OTHER, "担保企业名称": OTHER, "客户经理": OTHER,
}  # fmt: skip
_ROWS_BELOW = 20  # rows whose values settle an ambiguous header
_LONGEST_HEADER = 40
_OLE, _ENCRYPTED = b"\xd0\xcf\x11\xe0", "EncryptedPackage".encode("utf-16-le")

Row = tuple[int, list[str]]
Found = tuple[list[str], Mapping[str, int], list[Row]]  # the header, the columns by what they mean, the rows below
Find = Callable[[Sequence[Row]], Found]


@dataclass(frozen=True)
class Choice:
    """What a person said of a list: the sheet, and the columns (from 0) of names and codes; or nothing yet."""

    sheet: str = ""
    name: int | None = None
    code: int | None = None
    bare: bool = False  # whether its first row is one of the list already

    @property
    def columns(self) -> dict[str, int]:
        return {part: at for part, at in (("name", self.name), ("uscc", self.code)) if at is not None}


@dataclass(frozen=True)
class Opened:
    """A list: its header (empty texts where it has none), the columns that are understood, and its rows with their
    numbers in the file, as `read` tells of them; how many to expect, 0 where the file does not tell.
    """

    header: list[str]
    columns: Mapping[str, int]
    rows: Iterator[Row] = field(repr=False)
    read: Rows = field(repr=False)

    @property
    def expected(self) -> int:
        return self.read.expected

    @property
    def merged(self) -> Sequence[Merged]:
        """Cells of several rows, once the rows were taken."""
        return self.read.merged


@contextmanager
def opened(path: Path, name: str, *, limits: Limits, choice: Choice | None = None) -> Iterator[Opened]:
    """The list at `path`, whose rows are to be taken within the block; `name` is the file's own name.

    Raises a `FileRefused` of the registry, at once or while the rows are taken; `PasswordProtected`; and
    `ColumnsNeeded` where no column says that it holds names or codes.
    """
    said = choice or Choice()

    def find(head: Sequence[Row]) -> Found:
        return _chosen(head, said) if said.columns else _understood(head, name)

    with opened_by(path, name, find, limits=limits, sheet=said.sheet) as found:
        yield found


@contextmanager
def opened_by(path: Path, name: str, find: Find, *, limits: Limits, sheet: str = "") -> Iterator[Opened]:
    """The same, of a list whose header and columns the asker finds among its first rows, which are not blank."""
    if Path(name).suffix.lower() not in SUFFIXES:
        raise errors.NoList(name)
    _refuse_encrypted(path, name)
    with read(path, name, sheet=sheet, limits=limits) as found:
        rows = ((number, cells) for number, cells in found.rows if any(cells))
        head = list(islice(rows, HEADER_SEARCH_ROWS + _ROWS_BELOW))
        if not head:
            raise NoRows(name, 1)
        header, columns, below = find(head)
        if not below:
            raise NoRows(name, head[0][0])
        yield Opened([clean_text(text) for text in header], columns, chain(below, rows), found)


def limits_of(megabytes: int) -> Limits:
    """How much a list may hold that comes in so many megabytes at the most."""
    return Limits(megabytes << 20, settings.LIST_MAX_UNPACKED_MEGABYTES << 20, settings.LIST_MAX_UNPACKED_RATIO)


def counted(rows: Iterable[Row], name: str, most: int) -> Iterator[Row]:
    """The rows, refused where they are more than that. Raises `TooLarge`."""
    for count, row in enumerate(rows):
        if count >= most:
            raise TooLarge(name, errors.rows_in_words(most))
        yield row


def _refuse_encrypted(path: Path, name: str) -> None:
    """A workbook under a password lies in an envelope of the older format, whatever its name."""
    if path.stat().st_size and Path(name).suffix.lower() in WORKBOOKS:
        with path.open("rb") as stream:
            if stream.read(4) == _OLE and any(_ENCRYPTED in piece for piece in _overlapping(stream)):
                raise errors.PasswordProtected(name)


def _overlapping(stream: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces of the file, each with the end of the one before, so that no text is cut in two."""
    end = b""
    for line in stream:
        yield end + line
        end = (end + line)[-len(_ENCRYPTED) :]


def _vocabulary() -> Vocabulary:
    return Vocabulary([*HeaderWord.objects.values_list("text", "field"), *_WORDS.items()])


def _understood(head: Sequence[Row], name: str) -> tuple[list[str], dict[str, int], list[Row]]:
    """The first row, above all values, of which some texts name what is wanted."""
    vocabulary, begins = _vocabulary(), _begin(head)
    for at, (_number, cells) in enumerate(head[: min(begins, HEADER_SEARCH_ROWS)]):
        if any(len(text) > _LONGEST_HEADER for text in cells):
            continue
        below = [row for _at, row in head[at + 1 : at + 1 + _ROWS_BELOW]]
        columns = {part: column for part, column in map_columns(cells, below, vocabulary).items() if part in MEANT}
        if columns.keys() - {"former_name"}:
            return cells, columns, list(head[at + 1 :])
    raise errors.ColumnsNeeded(name, *_seen(head))


def _chosen(head: Sequence[Row], choice: Choice) -> tuple[list[str], dict[str, int], list[Row]]:
    if choice.bare:
        return [], choice.columns, list(head)
    at = _header_at(head)
    return head[at][1], choice.columns, list(head[at + 1 :])


def _header_at(head: Sequence[Row]) -> int:
    """The place of the row that would be the header: of those above the first values the one of the most texts."""
    above = range(max(1, min(_begin(head), HEADER_SEARCH_ROWS)))
    return max(above, key=lambda at: (sum(map(bool, head[at][1])), -at))


def _begin(head: Sequence[Row]) -> int:
    """The place of the first row with a name or a code in it; one alone in its row, of a wider list, is a title."""
    alone = max(sum(map(bool, cells)) for _number, cells in head) == 1
    return next(
        (
            at
            for at, (_number, cells) in enumerate(head)
            if any(map(_is_value, cells)) and (alone or sum(map(bool, cells)) > 1)
        ),
        len(head),
    )


def _seen(head: Sequence[Row]) -> tuple[list[str], int | None, int | None]:
    """The texts of the row that would be the header, and which columns look like names and codes by their values."""
    at = _header_at(head)
    below = [cells for _number, cells in head[at + 1 :]] or [head[at][1]]
    width = max(len(cells) for _number, cells in head)
    header = [*head[at][1], *[""] * (width - len(head[at][1]))]
    return header, _most(below, width, is_legal_name), _most(below, width, _is_code)


def _most(rows: Sequence[Sequence[str]], width: int, holds: Callable[[str], bool]) -> int | None:
    """The column of which most values are so, if there is one."""
    counts = [sum(holds(row[at]) for row in rows if at < len(row) and row[at]) for at in range(width)]
    best = max(range(width), key=lambda at: (counts[at], -at))
    return best if 2 * counts[best] > len(rows) else None


def _is_value(text: str) -> bool:
    return len(text) > 4 and (_is_code(text) or (is_legal_name(text) and text.endswith(("公司", "厂", "合作社"))))


def _is_code(text: str) -> bool:
    code = clean_code(text)
    return not uscc_fault(code) or is_old_number(code)
