"""Dates as published lists write them (pure). Law: a text that is no whole date is refused, never completed."""

import re
from datetime import date

_WRITTEN = re.compile(r"^(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00)?)?$")
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


def read_year(text: str) -> int | None:
    """The year in `text` (2023, 2023年, 2023年度), or None."""
    found = re.match(r"^(20\d{2})\s*年?度?$", text.strip())
    return int(found[1]) if found else None
