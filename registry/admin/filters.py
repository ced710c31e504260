"""Filters of the admin's lists that offer choices without reading the list's own rows.

Law: to offer a choice costs an index's ends or a small table, never a scan.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import DateTimeField, Exists, Max, Min, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_PERIOD = re.compile(r"(20\d\d)(?:Q([1-4])|-(0[1-9]|1[0-2]))?")
_YEARS = 12  # that are offered, the last ones


def span_of(text: str) -> tuple[date, date] | None:
    """First day of 2026, 2026Q3 or 2026-09, and the day after its last; None where the text is none of them."""
    found = _PERIOD.fullmatch(text)
    if not found:
        return None
    year = int(found[1])
    first, months = 1, 12
    if found[2]:
        first, months = int(found[2]) * 3 - 2, 3
    elif found[3]:
        first, months = int(found[3]), 1
    after = first + months
    return date(year, first, 1), date(year + (after > 12), (after - 1) % 12 + 1, 1)


class PeriodFilter(admin.SimpleListFilter):
    """By year; within a chosen year, by quarter and month. For a field with an index: see `period_of`."""

    field = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        ends = model_admin.model.objects.aggregate(first=Min(self.field), last=Max(self.field))
        if ends["last"] is None:
            return []
        first, last = (_day(ends[end]).year for end in ("first", "last"))
        chosen = self.value() or ""
        return [one for year in range(last, max(first, last - _YEARS) - 1, -1) for one in _offered(year, chosen)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        span = span_of(self.value() or "")
        if span is None:
            return queryset
        first, after = (self._bound(queryset, day) for day in span)
        return queryset.filter(**{f"{self.field}__gte": first, f"{self.field}__lt": after})

    def _bound(self, queryset: QuerySet[Any], day: date) -> date:
        if not isinstance(queryset.model._meta.get_field(self.field), DateTimeField):
            return day
        return timezone.make_aware(datetime.combine(day, time.min))


def period_of(of: str, called: Any, *, parameter: str = "period") -> type[PeriodFilter]:
    """The filter of a model's day or moment."""
    words = {"field": of, "title": called, "parameter_name": parameter, "__doc__": PeriodFilter.__doc__}
    return type("PeriodFilter", (PeriodFilter,), words)


class SettledPeopleFilter(admin.RelatedFieldListFilter):
    """Of people, those who stand in any row: each is probed by the field's index."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        rows = model_admin.model.objects.filter(**{field.name: OuterRef("pk")})
        people = field.remote_field.model.objects.filter(Exists(rows)).order_by("username")
        return [(one.pk, str(one)) for one in people]


class MineFilter(admin.SimpleListFilter):
    """Mine, or others': by the field that names a person."""

    title = gettext_lazy("whose")
    parameter_name = "whose"
    field = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("mine", _("mine")), ("others", _("others'"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "mine":
            return queryset.filter(**{self.field: request.user.pk})
        return queryset.exclude(**{self.field: request.user.pk}) if self.value() == "others" else queryset


def mine_by(of: str, called: Any) -> type[MineFilter]:
    """The filter of a model's field that names a person."""
    return type("MineFilter", (MineFilter,), {"field": of, "title": called, "__doc__": MineFilter.__doc__})


def _day(value: date) -> date:
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


def _offered(year: int, chosen: str) -> Iterator[tuple[str, str]]:
    yield str(year), _("%(year)s") % {"year": year}
    if not chosen.startswith(str(year)):
        return
    for quarter in range(1, 5):
        yield f"{year}Q{quarter}", _("%(year)s, quarter %(quarter)s") % {"year": year, "quarter": quarter}
    for month in range(1, 13):
        first = date(year, month, 1)
        if first - timedelta(days=1) <= timezone.localdate():
            yield f"{year}-{month:02}", _("%(year)s-%(month)s") % {"year": year, "month": f"{month:02}"}
