"""Which column of a file holds what: by its words, in any order, with its unit or without.

Law: an amount in another unit is refused, never converted; what might hold something that would be lost is asked about.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from financing import errors, words
from financing.cells import visible
from financing.words import COLUMNS, Field

_SPACES = re.compile("[\\s\u200b-\u200f\u2060\ufeff]+")
_BRACKETED = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_UNIT_BEHIND = re.compile(
    r"[/_:,-]*(?:单位:?)?((?:人民币|RMB|CNY)?(?:[百千]?万|亿|[百千])?[美港欧日]?元|[百千]?万|亿|[%‰])$"
)
_IN_UNITS = re.compile(r"\(?(?:单位:?)?(?:人民币|RMB|CNY)?(?:(?:[百千]?万|亿|[百千])?[美港欧日]?元|[百千]?万|亿)\)?")
_IN_WAN = re.compile(r"(?:金额)?(?:单位:?)?(?:人民币|RMB|CNY)?万元?")
_IS_UNIT = re.compile(r"[元万亿]|USD|EUR|HKD|JPY")
_IS_RATIO = re.compile(r"‰|BP|小数|千分|万分")
# Of a column that is not understood, these say what it may hold.
_STEMS = {
    Field.BALANCE: "余额", Field.CREDIT_LINE: "授信", Field.LENT: "发放", Field.RATE: "利率", Field.FIRST_LOAN: "首贷",
    Field.RENEWAL: "续贷", Field.CREDIT_LOAN: "信用贷", Field.ANSWER: "结果", Field.MISTAKE: "差错",
    Field.CONTACTED: "对接", Field.REASON: "原因",
}  # fmt: skip
# What stands above the columns may name the unit of them all.
_NOTED = re.compile(
    r"单位\s*[:(\[为]?\s*(?:[户个家笔%]\s*[、,/]\s*)*"
    r"((?:人民币|RMB|CNY)?(?:[百千]?万|亿|[百千])?[美港欧日]?元|[百千]?万|亿)(?:(?=币种)|(?![\u4e00-\u9fff]))"
)
_MOST_LEFT = 20  # columns that are told to be left out
_LONGEST = 40


@dataclass(frozen=True)
class Heading:
    """The columns (from 0) by what they hold, and the titles of those that are not read."""

    columns: Mapping[Field, int]
    left: tuple[str, ...]
    row: int = 0  # its number in the file


def is_heading(cells: Sequence[str]) -> bool:
    """Whether the row names a column that says whom a line is about."""
    return any(_field(text)[0] in words.WHO for text in cells)


def understood(row: Sequence[str]) -> Heading:
    """What each column holds. Raises a `FinancingError` that names the column that must be named otherwise."""
    cells = [visible(text) for text in row]
    if [_folded(text) for text in cells[:2]] == [words.ROW, words.FAULTS]:
        raise errors.FaultsSheetSent
    found: dict[Field, int] = {}
    left: list[str] = []
    for place, text in enumerate(cells):
        field, unit = _field(text)
        if field is None:
            left += [text] if text else []
        elif field in found:
            raise errors.ColumnTwice(cells[found[field]], text, COLUMNS[field].heading)
        else:
            _refuse_unit(field, text, unit)
            found[field] = place
    _refuse_unclear(found, left)
    if not found.keys() & set(words.SAYING):
        raise errors.HeaderMissing([COLUMNS[field].title for field in words.WHO])
    return Heading(found, tuple(text[:_LONGEST] for text in left[:_MOST_LEFT]))


def refuse_other_unit(above: Sequence[Sequence[str]]) -> None:
    """Raises `UnitNoted` where a row above the columns names another unit."""
    for cells in above:
        noted = _NOTED.search(unicodedata.normalize("NFKC", " ".join(map(visible, cells))).upper())
        if noted and not _IN_WAN.fullmatch(noted[1]):
            raise errors.UnitNoted(noted[0], noted[1])


def refuse_second_row(read: Heading, below: Sequence[str]) -> None:
    """Raises `HeaderInTwoRows` or `UnitRefused` where the row below names columns, too, or their units."""
    for place, text in enumerate(map(visible, below)):
        field, _unit = _field(text)
        if field is not None and field not in read.columns:
            raise errors.HeaderInTwoRows(text)
        if _IN_UNITS.fullmatch(_folded(text)):
            for held in words.AMOUNTS:
                if read.columns.get(held) == place:
                    _refuse_unit(held, COLUMNS[held].title, _folded(text).strip("()"))


def refuse_merged(read: Heading, merged: Iterable[tuple[int, int, int]]) -> None:
    """Raises `AmountMerged` where an amount stands in a cell of several rows: each of them would have all of it.

    A merged cell is its first row, its last one and its column.
    """
    for first, last, column in merged:
        for field in words.AMOUNTS:
            if read.columns.get(field) == column and first > read.row:
                raise errors.AmountMerged(COLUMNS[field].title, first, last)


def _folded(text: str) -> str:
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).upper()


_WORDS = {_folded(word): field for field, told in COLUMNS.items() for word in (told.title, *told.also)}


def _field(text: str) -> tuple[Field | None, str]:
    """What the title names, and the unit that stands with it; a long text is no title."""
    if len(text) > _LONGEST:
        return None, ""
    whole = _folded(text)
    bare, units = _BRACKETED.sub("", whole), "".join(_BRACKETED.findall(whole))
    if bare in _WORDS:
        return _WORDS[bare], units
    behind = _UNIT_BEHIND.search(bare)
    if behind and (field := _WORDS.get(bare[: behind.start()])):
        return field, behind[1] + units
    return None, ""


def _refuse_unit(field: Field, text: str, unit: str) -> None:
    other = (
        _IS_UNIT.search(unit) and not _IN_WAN.fullmatch(unit)
        if field in words.AMOUNTS
        else field is Field.RATE and (_IS_RATIO.search(unit) or _IS_UNIT.search(unit))
    )
    if other:
        raise errors.UnitRefused(text, unit, COLUMNS[field].heading)


def _refuse_unclear(found: Mapping[Field, int], left: Sequence[str]) -> None:
    for text in left:
        for field, stem in _STEMS.items():
            if field not in found and stem in text:
                raise errors.ColumnUnclear(text, COLUMNS[field].heading)
