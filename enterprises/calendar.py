"""Quarters and their editions (pure): names, days and order."""

import re
from datetime import date, datetime, time, timedelta, tzinfo

from enterprises import errors

_QUARTER = re.compile(r"^(20\d\d)Q([1-4])$")
_LABEL = re.compile(r"ZZKJ-(20\d\dQ[1-4])-v([1-9]\d{0,3})")


def last_day(quarter: str) -> date:
    """The last day of a quarter such as 2026Q3. Raises `NoSuchQuarter`."""
    found = _QUARTER.match(quarter)
    if not found:
        raise errors.NoSuchQuarter(quarter)
    year, number = int(found[1]), int(found[2])
    return date(year + number // 4, number * 3 % 12 + 1, 1) - timedelta(days=1)


def quarter_of(day: date) -> str:
    """The quarter in which a day lies."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def finished_quarter(today: date) -> str:
    """The last quarter that is over: 2026Q3 from 1 October to 31 December 2026."""
    first_of_this = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    return quarter_of(first_of_this - timedelta(days=1))


def next_quarter(quarter: str) -> str:
    """The quarter after this one. Raises `NoSuchQuarter`."""
    return quarter_of(last_day(quarter) + timedelta(days=1))


def quarters_between(one: str, later: str) -> int:
    """How many quarters the later one is after the other: 1 for the next, 0 for the same."""
    ends = last_day(one), last_day(later)
    return (ends[1].year - ends[0].year) * 4 + (ends[1].month - ends[0].month) // 3


def due_at(quarter: str, days: int, at: time, zone: tzinfo | None) -> datetime:
    """The moment, so many days after the quarter's end at that time of day. Raises `NoSuchQuarter`."""
    return datetime.combine(last_day(quarter) + timedelta(days=days), at, zone)


def edition_labelled(label: str) -> tuple[str, int] | None:
    """Quarter and version of an edition's label such as ZZKJ-2026Q3-v1, by which editions are in order; None where it
    is no label.
    """
    found = _LABEL.fullmatch(label)
    return (found[1], int(found[2])) if found else None
