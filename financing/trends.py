"""A figure over the last quarters, drawn on the server. Law: the numbers stand beside; bars are only their look."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from enterprises.models import Edition
from financing import amounts
from financing.counted import Counted
from financing.errors import NoFiguresYet
from financing.figures import QuarterFigures
from financing.models import Feedback

QUARTERS = 8


class Point(NamedTuple):
    """A quarter's number in words, and how long its bar is, in percent."""

    quarter: str
    words: str
    width: str


class Trend(NamedTuple):
    caption: str
    points: Sequence[Point]


def quarters(known_by: datetime) -> list[str]:
    """Those that had a sealed edition by then, the newest first."""
    sealed = Edition.objects.filter(sealed_at__lte=known_by).order_by("-quarter")
    return list(dict.fromkeys(sealed.values_list("quarter", flat=True)))


def newest(known_by: datetime) -> str:
    """The newest quarter of which something was reported by then."""
    reported = Feedback.objects.filter(in_force_at__lte=known_by).order_by("-quarter").values_list("quarter", flat=True)
    return reported.first() or ""


def last_of(offered: Sequence[str], quarter: str) -> list[str]:
    """The quarter and those before, of the ones that are offered, the oldest first."""
    return [one for one in offered if one <= quarter][:QUARTERS][::-1]


def briefly(counted: Counted, wanted: Sequence[str]) -> list[QuarterFigures]:
    """The figures of the quarters, without those whose edition was withdrawn."""
    found = []
    for one in wanted:
        with suppress(NoFiguresYet):
            found.append(counted.brief(one))
    return found


def trends(found: Sequence[QuarterFigures], group: str = "") -> list[Trend]:
    """How many were lent to, what share, and the balance; all of them, or of a group of programmes."""
    return [
        trend_of(
            _("Enterprises lent to"), found, lambda one: Decimal(one.cell(group=group).lent_to), amounts.whole
        ),
        trend_of(_("Share of members lent to"), found, lambda one: one.share(group=group), amounts.percent),
        trend_of(
            _("Balance (100 million yuan)"), found, lambda one: one.cell(group=group).balance,
            amounts.hundred_millions,
        ),
    ]  # fmt: skip


def trend_of(
    caption: str,
    found: Sequence[QuarterFigures],
    of: Callable[[QuarterFigures], Decimal | None],
    words: Callable[[Decimal | None], str],
) -> Trend:
    """The figure of each quarter; None of one is told as a dash."""
    values = [(one.quarter, of(one)) for one in found]
    most = max((value or 0 for _quarter, value in values), default=0)
    return Trend(caption, [Point(quarter, words(value), width_of(value or 0, most)) for quarter, value in values])


def width_of(value: Decimal | int, most: Decimal | int) -> str:
    """How long a bar is, of its width in percent."""
    return f"{min(max(100 * value / most, 0), 100):.2f}%" if most else "0%"
