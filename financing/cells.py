"""A cell's text becomes a value, or a fault in words for a clerk (pure). Law: exact or refused, never guessed."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache

from financing import words
from financing.words import Field
from registry.dates import read_date

_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
# What most are, and nothing of which could be wrong.
_SIMPLE = re.compile(r"(?:[0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:\.[0-9]{1,4})?")
_NEGATIVE = re.compile(r"[-(]\s*[\d.,]+\)?")
_SMALL = re.compile(r"[0-9](?:\.[0-9]+)?E-[0-9]{2}", re.IGNORECASE)  # how a spreadsheet's very small number is read
_IN_YUAN = re.compile(r"[\d.,]+\s*(?:[百千]?万|亿|[百千]|(?=元))元?")
_NOISE = Context(prec=15, rounding=ROUND_HALF_EVEN)  # a spreadsheet keeps fifteen digits: what follows is noise
_PLACES, _RATE_PLACES = 6, 4
_MOST_DIGITS = 12  # before the point
_RATE_LEAST, _RATE_MOST = Decimal("0.1"), Decimal(100)
_SHOWN = 20  # characters of a cell that are repeated
_SHORT = 40  # characters of a day, or of a choice
_CLOSED = frozenset((*words.CHOICES, *words.DAYS))
_INVISIBLE = re.compile("[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]+")
_TRUE = frozenset(("是", "Y", "YES", "TRUE", "T", "1", "√"))
_FALSE = frozenset(("否", "N", "NO", "FALSE", "F", "0", "×"))

Value = Decimal | date | bool | str


class Wrong(Exception):
    """The cell cannot be taken; `str(wrong)` says why, and what to do."""


def read(field: Field, text: str) -> Value:
    """The value of a cell that is not empty. Raises `Wrong`."""
    if field in _CLOSED and len(text) <= _SHORT:
        return _remembered(field, text)
    return _READERS[field](text)


@lru_cache(maxsize=4_096)
def _remembered(field: Field, text: str) -> Value:
    """Of the same few texts, each is read once."""
    return _READERS[field](text)


def visible(text: str) -> str:
    """The text without what cannot be seen."""
    return _INVISIBLE.sub("", text).strip()


def plain(text: str) -> str:
    """The same, and of one width."""
    return unicodedata.normalize("NFKC", visible(text)).strip()


def _amount(text: str) -> Decimal:
    number = _number(text, _PLACES, "单位已是万元，请只填数字")
    if number.adjusted() >= _MOST_DIGITS:
        raise Wrong(f"{_quoted(text)}过大，请核对单位是否为万元")
    return number


def _rate(text: str) -> Decimal:
    told = plain(text)
    number = _number(told.removesuffix("%"), _RATE_PLACES, "请只填数字，如3.45")
    if number and not _RATE_LEAST <= number <= _RATE_MOST:
        raise Wrong(f"{_quoted(text)}不像年利率：请按百分数填写，3.45%填3.45")
    return number


def _number(text: str, places: int, otherwise: str) -> Decimal:
    if _SIMPLE.fullmatch(text):
        return Decimal(text.replace(",", ""))
    told = plain(text).replace("，", ",")
    if _SMALL.fullmatch(told):
        number = Decimal(told)
    elif _GROUPED.fullmatch(told) or _NUMBER.fullmatch(told):
        number = Decimal(told.replace(",", ""))
    elif _NEGATIVE.fullmatch(told):
        raise Wrong(f"{_quoted(text)}是负数，请填0或正数")
    elif _IN_YUAN.fullmatch(told):
        raise Wrong(f"{_quoted(text)}带有单位：{otherwise}")
    else:
        raise Wrong(f"{_quoted(text)}不是数字：{otherwise}")
    if _places(number) > places and len(number.as_tuple().digits) > _NOISE.prec:
        number = _NOISE.plus(number)
    if _places(number) > places:
        raise Wrong(f"{_quoted(text)}的小数超过{places}位")
    return number


def _places(number: Decimal) -> int:
    exponent = number.normalize(Context(prec=200)).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _of_two(text: str) -> bool:
    told = plain(text).upper()
    if told in _TRUE:
        return True
    if told in _FALSE:
        return False
    raise Wrong(f"{_quoted(text)}请改填“是”或“否”")


def _day(text: str) -> date:
    found = read_date(plain(text)) if len(text) <= _SHORT else None
    if found is None:
        raise Wrong(f"{_quoted(text)}不是完整的日期，请写成2026-09-30的样子")
    return found


def _one_of(choices: Mapping[str, Sequence[str]]) -> Callable[[str], str]:
    known = {word.upper(): value for value, told in choices.items() for word in (value, *told)}
    offered = "、".join(told[0] for told in choices.values())

    def chosen(text: str) -> str:
        value = known.get(plain(text).upper())
        if value is None:
            raise Wrong(f"{_quoted(text)}请改填：{offered}")
        return value

    return chosen


def _text(longest: int) -> Callable[[str], str]:
    def told(text: str) -> str:
        seen = " ".join(_INVISIBLE.sub(" ", text).split())
        if len(seen) > longest:
            raise Wrong(f"有{len(seen)}字，请缩短到{longest}字以内")
        return seen

    return told


def _quoted(text: str) -> str:
    told = " ".join(_INVISIBLE.sub(" ", text).split())
    return f"“{told[:_SHOWN]}{'…' if len(told) > _SHOWN else ''}”"


_READERS: Mapping[Field, Callable[[str], Value]] = {
    **dict.fromkeys(words.AMOUNTS, _amount),
    **dict.fromkeys(words.CHOICES_OF_TWO, _of_two),
    **dict.fromkeys(words.DAYS, _day),
    Field.ANSWER: _one_of(words.ANSWERS),
    Field.MISTAKE: _one_of(words.MISTAKES),
    Field.RATE: _rate,
    Field.REASON: _text(200),
    Field.MISTAKE_SAYS: _text(300),
}
