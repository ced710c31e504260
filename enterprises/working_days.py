"""How working days are counted (pure). Law: a day counts by what was published of it, else by its place in the week."""

from collections.abc import Mapping
from datetime import date, timedelta

_SATURDAY = 5


def is_worked(day: date, special: Mapping[date, bool]) -> bool:
    """`special` says of holidays and of weekends that are worked whether they are."""
    return special.get(day, day.weekday() < _SATURDAY)


def after(day: date, count: int, special: Mapping[date, bool]) -> date:
    """The last of so many working days that follow a day, which itself does not count."""
    while count:
        day += timedelta(days=1)
        count -= is_worked(day, special)
    return day
