"""Half years such as 2026H1, and the quarters they are made of (pure)."""

import re
from datetime import date

from enterprises.calendar import last_day
from financing.errors import NoSuchHalf

_HALF = re.compile(r"^(20\d\d)H([12])$")


def quarters_of(half: str) -> tuple[str, str]:
    """Its two quarters. Raises `NoSuchHalf`."""
    year, number = _parts(half)
    return f"{year}Q{2 * number - 1}", f"{year}Q{2 * number}"


def end_of(half: str) -> date:
    """Its last day. Raises `NoSuchHalf`."""
    return last_day(quarters_of(half)[1])


def year_of(half: str) -> tuple[int, int]:
    """Its year, and whether it is the first or the second of it. Raises `NoSuchHalf`."""
    return _parts(half)


def finished_half(today: date) -> str:
    """The last half year that is over: 2026H1 from 1 July to 31 December 2026."""
    return f"{today.year}H1" if today.month > 6 else f"{today.year - 1}H2"


def _parts(half: str) -> tuple[int, int]:
    found = _HALF.match(half)
    if not found:
        raise NoSuchHalf(half)
    return int(found[1]), int(found[2])
