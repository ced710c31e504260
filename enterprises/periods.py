"""What a line's period is by its programme's rule (pure), told of one line; `derivation` says the same of all at once.

Law: what the notice states goes before the rule. A number may bring a period's end forward, never back.
"""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple, Protocol

_YEAR_OF_CERTIFICATE = re.compile("[A-Z]{2}(20[0-9]{2})")
_YEAR_OF_NUMBER = re.compile("20[0-9]{2}")
_END_OF_TIME = 9000  # years as far away are no year's end, and nothing follows them


class Rule(Protocol):
    """The part of a programme's rule that makes a period."""

    period: str
    years: int | None
    grace_months: int | None
    grace_month: int | None
    grace_day: int | None


class Period(NamedTuple):
    """From when, until when (inclusive, None for no end), and until when a renewal is awaited."""

    begins: date
    ends: date | None
    waits: date | None


def period_of(
    rule: Rule, published_on: date, *, number: str, issued_on: date | None, stated: tuple[date | None, date | None]
) -> Period:
    """The period of a line that extends nothing. `stated` is what it or its notice says: from, to (inclusive)."""
    begins, ends = stated
    if rule.period == "years_from_issue":
        begins = begins or issued_on or _issued_at_latest(number, published_on)
        ends = ends or _years_on(begins, rule.years or 0) - timedelta(days=1)
    elif rule.period == "calendar_years":
        begins = begins or date(published_on.year, 1, 1)
        ends = ends or date(begins.year + (rule.years or 0) - 1, 12, 31)
    elif rule.period == "number_year":
        named = _YEAR_OF_NUMBER.match(number)
        ends = ends or date(min(int(named[0]) if named else published_on.year, published_on.year), 12, 31)
    begins = begins or published_on
    return Period(min(begins, ends) if ends else begins, ends, _graced(rule, ends))


def _issued_at_latest(number: str, published_on: date) -> date:
    """Stands in for a missing date of issue: a certificate's number (GR2023…) bears its year."""
    found = _YEAR_OF_CERTIFICATE.match(number)
    return min(published_on, date(int(found[1]), 12, 31)) if found else published_on


def _graced(rule: Rule, ends: date | None) -> date | None:
    if ends is None or ends.year >= _END_OF_TIME:
        return None
    if rule.grace_month and rule.grace_day:
        return date(ends.year + 1, rule.grace_month, rule.grace_day)
    if rule.grace_months:
        year, month = divmod(ends.year * 12 + ends.month - 1 + rule.grace_months, 12)
        return date(year, month + 1, min(ends.day, monthrange(year, month + 1)[1]))
    return None


def _years_on(day: date, years: int) -> date:
    """The same day so many years on; 28 February for a leap day."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
