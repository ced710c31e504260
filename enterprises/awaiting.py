"""Lists that usually come by now, and have not. Law: reads only; a list that is staged has come."""

from calendar import monthrange
from collections import defaultdict
from datetime import date
from typing import NamedTuple

from enterprises.calendar import last_day
from enterprises.models import ExpectedList
from registry.models import ImportState, ListImport


class Awaited(NamedTuple):
    """A list of the season. `until` is the last day on which it usually comes; `late` where that is past."""

    programme: str
    notice: str
    until: date
    late: bool


def awaited(quarter: str, today: date) -> list[Awaited]:
    """The quarter's lists whose season has begun and of which none has come, the late ones first."""
    end = last_day(quarter)
    seasons = ExpectedList.objects.filter(last_month__gte=end.month - 2, first_month__lte=end.month)
    spans = [
        (one, date(end.year, one.first_month, 1), _last_of(end.year, one.last_month))
        for one in seasons.select_related("programme").order_by("last_month", "programme__position")
    ]
    came = _came(min((first for _one, first, _last in spans), default=end), end)
    missing = [
        Awaited(one.programme.name, one.get_notice_display(), last, last < today)
        for one, first, last in spans
        if first <= today and not any(first <= day <= last for day in came[one.programme_id, one.notice])
    ]
    return sorted(missing, key=lambda one: (not one.late, one.until))


def _came(first: date, last: date) -> dict[tuple[int, str], list[date]]:
    """Programme and kind of notice → the days of its lists that were confirmed or wait to be."""
    rows = ListImport.objects.filter(
        state__in=[ImportState.CONFIRMED, ImportState.STAGED],
        published_on__range=(first, date(last.year, 12, 31)),
        corrections=None,
    )
    came: dict[tuple[int, str], list[date]] = defaultdict(list)
    for programme, notice, day in rows.order_by().values_list("programme", "notice", "published_on"):
        came[programme, notice].append(day)
    return came


def _last_of(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
