"""Dates as published lists write them (pure). Law: a text that is no whole date, or of a year that nobody can mean, is
refused, never completed.
"""

import re
import unicodedata
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

OPEN_END = frozenset(("长期", "长期有效", "永久", "无固定期限", "无期限"))
_WRITTEN = re.compile(r"^(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_TIME_OF_DAY = re.compile(r"[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$")
_SERIAL = re.compile(r"^[3-5]\d{4}$")  # a day as spreadsheets count them: 1982 to 2064
_FIRST_SERIAL_DAY = date(1899, 12, 30)
_MEANT = range(1950, 2100)  # years; any other is a slip of the pen
_WITHOUT_END = 9000  # a last day from this year on is none (9999-12-31)
_MONTH = re.compile(r"^(\d{4})\s*[-./年]\s*(\d{1,2})\s*月?$")
_HALVES = re.compile(r"^自?(\d{4}.*?)\s*起?\s*(?:至|到|~|[-\u2010-\u2015\u2500])+\s*(\d{4}.*?)\s*止?$")
_LONGEST_PERIOD = 60
_LAST_DAY_ALONE = re.compile(r"^(?:有效期)?(?:截止)?[至到]\s*(\d{4}.*?)\s*止?$")
_YEAR = re.compile(r"^[自从]?(20[0-4]\d)\s*(?:年度?)?(?:起|开始)?$")
_YEAR_WITHIN = re.compile(r"(?<!\d)20[0-4]\d(?!\d)")
_IN_CHINESE = str.maketrans("〇零○一二三四五六七八九", "000123456789")


@lru_cache(maxsize=4096)
def read_date(text: str) -> date | None:
    """The date in `text` (2025-01-10, 2025.1.10, 2025年1月10日, 20250110, 45667), or None where none can be meant."""
    found = _day(text)
    return found if found and found.year in _MEANT else None


@lru_cache(maxsize=4096)
def read_last_day(text: str) -> date | None:
    """As `read_date`; a day that stands for no end is one too (9999-12-31)."""
    found = _day(text)
    return found if found and (found.year in _MEANT or found.year >= _WITHOUT_END) else None


def _day(text: str) -> date | None:
    plain = _TIME_OF_DAY.sub("", _plain(text))
    if _SERIAL.match(plain):
        return _FIRST_SERIAL_DAY + timedelta(days=int(plain))
    found = _WRITTEN.match(plain) or _COMPACT.match(plain)
    if not found:
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def read_period(text: str) -> tuple[date | None, date] | None:
    """First day, where the text says it, and last day; or None.

    2023.1.1-2025.12.31, 2023年1月1日至2025年12月31日, 至2025年12月31日; of months (2023.01-2025.12) the outermost days.
    """
    plain = _plain(text)
    if len(plain) > _LONGEST_PERIOD:
        return None
    if found := _LAST_DAY_ALONE.match(plain):
        alone = _last_day(found[1])
        return (None, alone) if alone else None
    if not (found := _HALVES.match(plain)):
        return None
    first = read_date(found[1]) or _of_month(found[1], last=False)
    last = _last_day(found[2])
    return (first, last) if first and last else None


@lru_cache(maxsize=1024)
def read_year(text: str) -> int | None:
    """The year in `text` (2023, 2023年度, 自2023年起, 二〇二三年), or None."""
    found = _YEAR.match(_plain(text).translate(_IN_CHINESE))
    return int(found[1]) if found else None


@lru_cache(maxsize=1024)
def names_a_year(text: str) -> bool:
    """Whether a year of this century's first half stands in the text (2023年第一批)."""
    return _YEAR_WITHIN.search(_plain(text).translate(_IN_CHINESE)) is not None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _last_day(text: str) -> date | None:
    return read_last_day(text) or _of_month(text, last=True)


def _of_month(text: str, *, last: bool) -> date | None:
    """The first or the last day of a month."""
    found = _MONTH.match(text)
    if not found or not 1 <= int(found[2]) <= 12 or int(found[1]) not in _MEANT:
        return None
    year, month = int(found[1]), int(found[2])
    return date(year, month, monthrange(year, month)[1] if last else 1)
