"""Dates as published lists write them (pure). Law: a text that is no whole date is refused, never completed."""

import re
from datetime import date

_WRITTEN = re.compile(r"^(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00)?)?$")
_TWO_DATES = re.compile(r"^(\d{4}[./]\d{1,2}[./]\d{1,2})\s*-\s*(\d{4}[./]\d{1,2}[./]\d{1,2})$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")


def read_date(text: str) -> date | None:
    """The date in `text` (2025-01-10, 2025.1.10, 2025年1月10日, 20250110), or None where there is none."""
    found = _WRITTEN.match(text.strip()) or _COMPACT.match(text.strip())
    if not found:
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None


def read_period(text: str) -> tuple[date, date] | None:
    """First and last day in `text` (2023.1.1-2025.12.31, 2023年1月1日至2025年12月31日), or None."""
    halves = [half for half in re.split(r"\s*(?:至|到|~|～|—+|–|--)\s*", text.strip()) if half]
    if len(halves) == 1 and (found := _TWO_DATES.match(halves[0])):
        halves = list(found.groups())
    days = [read_date(half) for half in halves]
    if len(days) != 2 or days[0] is None or days[1] is None:
        return None
    return days[0], days[1]


def read_year(text: str) -> int | None:
    """The year in `text` (2023, 2023年, 2023年度), or None."""
    found = re.match(r"^(20\d{2})\s*年?度?$", text.strip())
    return int(found[1]) if found else None
