"""Figures that pages will ask for are counted by a worker before they do. Law: what is remembered costs nothing.

A quarter's figures change when feedback on it comes into force; a page would else wait for the counting of eight.
"""

from contextlib import suppress
from datetime import datetime

from financing.city_figures import moment_shown
from financing.counted import Counted
from financing.errors import NoFiguresYet
from financing.statistics import year_start_of
from financing.terms import terms
from financing.trends import last_of, newest, quarters


def count_ahead(*, now: datetime) -> None:
    """What the bureau's and the institutions' pages of statistics open with."""
    by, offered = terms(), quarters(now)
    quarter = newest(now) or next(iter(offered), "")
    if not quarter:
        return
    shown = last_of(offered, quarter)
    counted = Counted([*shown, year_start_of(quarter)], known_by=now, by=by)
    for one in shown:
        _brief(counted, one)
        if moment := moment_shown(one, now):
            _brief(Counted([one], known_by=moment, by=by), one)
    with suppress(NoFiguresYet):
        counted.statistics(quarter)
    if moment := moment_shown(quarter, now):
        Counted([quarter], known_by=moment, by=by).of(quarter)


def _brief(counted: Counted, quarter: str) -> None:
    with suppress(NoFiguresYet):
        counted.brief(quarter)
