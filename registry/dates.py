"""Dates as published lists write them (pure). Law: a text that is no whole date is refused, never completed."""

import re
import unicodedata
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

_WRITTEN = re.compile(r"^(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?$")
_TWO_DATES = re.compile(r"^(\d{4}[./]\d{1,2}[./]\d{1,2})\s*-\s*(\d{4}[./]\d{1,2}[./]\d{1,2})$")
_TIME_OF_DAY = re.compile(r"[ T]0{1,2}:00(?::00)?$")
_MONTH = re.compile(r"^(\d{4})\s*[-./年]\s*(\d{1,2})\s*月?$")
_TWO_MONTHS = re.compile(r"^(\d{4}[./]\d{1,2})\s*-\s*(\d{4}[./]\d{1,2})$")
_SERIAL = re.compile(r"^[3-5]\d{4}$")  # a day as spreadsheets count them: 1982 to 2064
_FIRST_SERIAL_DAY = date(1899, 12, 30)
_IN_CHINESE = str.maketrans("〇零○一二三四五六七八九", "000123456789")
OPEN_END = frozenset(("长期", "长期有效", "无固定期限", "无期限"))
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")


@lru_cache(maxsize=4096)
def read_date(text: str) -> date | None:
    """The date in `text` (2025-01-10, 2025.1.10, 2025年1月10日, 20250110, 45667), or None where there is none."""
    plain = _TIME_OF_DAY.sub("", unicodedata.normalize("NFKC", text).strip())
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
def read_period(text: str) -> tuple[date, date] | None:
    """First and last day in `text`, or None.

    2023.1.1-2025.12.31, 2023年1月1日至2025年12月31日; of months (2023.01-2025.12) the outermost days.
    """
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix("自").removesuffix("止")
    halves = [half for half in re.split(r"\s*(?:至|到|~|—+|–|--|－)\s*", plain) if half]
    if len(halves) == 1 and (found := _TWO_DATES.match(halves[0]) or _TWO_MONTHS.match(halves[0])):
        halves = list(found.groups())
    if len(halves) != 2:
        return None
    first = read_date(halves[0]) or _month(halves[0], last=False)
    last = read_date(halves[1]) or _month(halves[1], last=True)
    return (first, last) if first and last else None


def read_year(text: str) -> int | None:
    """The year in `text` (2023, 2023年度, 自2023年起, 二〇二三年), or None."""
    plain = unicodedata.normalize("NFKC", text).strip().translate(_IN_CHINESE)
    found = re.match(r"^自?(20\d{2})\s*(?:年度?)?(?:起|开始)?$", plain)
    return int(found[1]) if found else None


def _month(text: str, *, last: bool) -> date | None:
    """The first or the last day of a month."""
    found = _MONTH.match(text)
    if not found or not 1 <= int(found[2]) <= 12 or int(found[1]) < 1:
        return None
    year, month = int(found[1]), int(found[2])
    return date(year, month, monthrange(year, month)[1] if last else 1)
