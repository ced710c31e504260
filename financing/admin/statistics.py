"""The desk of statistics: a quarter as known at a moment, what stands behind each figure, and whom a figure counts.

Law: nothing is shown by which one could tell an institution's customers. Whom a figure counts is seen by a right of its
own, for a reason, and it is on record before it is seen.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core import signing
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from financing import naming, tables
from financing.admin.rows import Asked, aims, cell_address, line, lines
from financing.behind import behind
from financing.counted import Counted
from financing.errors import FinancingError, NoFiguresYet
from financing.figures import Key
from financing.forms import WhenForm, WhyForm
from financing.models import Statistic
from financing.statistics import Statistics, year_start_of
from financing.terms import Terms, terms
from financing.trends import Trend, briefly, last_of, newest, quarters, trends
from pushes.admin.showing import ShownAdmin, require
from registry.admin.exporting import ExportedDesk
from registry.queries import programme_names
from registry.sheets import Sheet

SEE, SEE_ENTERPRISES = "financing.see_statistics", "financing.see_enterprises"
_AT = "admin:financing_statistic_"
_GRANT = "financing.enterprises"  # what a leave to see enterprises is signed for
_GRANTED_SECONDS = 3600
_SHOWN = 100


class Wanted:
    """What an address asks for. `asked` is how it asks, for the addresses of other pages about the same."""

    def __init__(self, request: HttpRequest) -> None:
        now = timezone.now().replace(microsecond=0)
        offered = quarters(now)
        self.form = WhenForm(request.GET or None, quarters=offered, auto_id="when-%s")
        said = self.form.cleaned_data if self.form.is_valid() else {}
        self.known_by: datetime = min(said.get("known_by") or now, now)
        self.quarter: str = said.get("quarter") or newest(self.known_by) or next(iter(offered), "")
        self.asked: Asked = {"quarter": self.quarter}
        if said.get("known_by"):
            self.asked = self.pinned
        self.key = Key(*(request.GET.get(side, "")[:200] for side in Key._fields))
        self.by: Terms = terms()
        self._last = last_of(offered, self.quarter)
        before = [year_start_of(self.quarter)] if self.quarter else []
        self._counted = Counted([*self._last, *before], known_by=self.known_by, by=self.by)

    @property
    def pinned(self) -> Asked:
        """The same moment, whenever it is asked for."""
        moment = timezone.localtime(self.known_by).replace(tzinfo=None)
        return {"quarter": self.quarter, "known_by": moment.isoformat()}

    def found(self) -> Statistics:
        """Raises `NoFiguresYet`."""
        return self._counted.statistics(self.quarter)

    def trends(self, group: str = "") -> list[Trend]:
        return trends(briefly(self._counted, self._last), group)


@admin.register(Statistic)
class StatisticAdmin(ShownAdmin, ExportedDesk):
    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm(SEE))

    has_module_permission = has_view_permission

    def get_urls(self) -> list[URLPattern]:
        """There are no rows, and so no pages of rows."""
        views: dict[str, tuple[str, Callable[..., HttpResponseBase]]] = {
            "changelist": ("", require_safe(self.page)),
            "cell": ("cell/", require_safe(self.cell)),
            "enterprises": ("enterprises/", require_safe(self.enterprises)),
            "ask": ("enterprises/ask/", require_POST(self.ask)),
            "export": ("export/<slug:kind>/", require_POST(self.export)),
        }
        return [
            path(address, self.admin_site.admin_view(view), name=f"financing_statistic_{name}")
            for name, (address, view) in views.items()
        ]

    def page(self, request: HttpRequest) -> HttpResponse:
        """The quarter's statistics."""
        require(request, SEE)
        wanted = Wanted(request)
        try:
            found = wanted.found()
        except FinancingError as error:
            return self._shown(request, wanted, "page.html", {"nothing": str(error)})
        context = {
            "found": found,
            "total": line(found.total.name, found.total, cell_address(Key(), wanted.asked)),
            "aims": aims(found.targets, wanted.asked),
            "tables": [
                (_("By programme"), _("Programme"), lines(found.programmes, wanted.asked)),
                (_("By district"), _("District"), lines(found.districts, wanted.asked)),
                (_("By kind of institution"), _("Kind of institution"), lines(found.kinds, wanted.asked)),
                (_("By institution"), _("Institution"), lines(found.institutions, wanted.asked)),
            ],
            "trends": wanted.trends(),
            "exports": [
                (kind, f"{reverse(f'{_AT}export', args=[kind])}?{urlencode(wanted.pinned)}") for kind in ("csv", "xlsx")
            ],
        }
        return self._shown(request, wanted, "page.html", context)

    def cell(self, request: HttpRequest) -> HttpResponse:
        """What stands behind a figure."""
        require(request, SEE)
        wanted = Wanted(request)
        try:
            told = behind(wanted.found(), wanted.key, wanted.by.kinds)
        except NoFiguresYet as error:
            messages.error(request, str(error))
            told = None
        if told is None:
            return redirect(f"{_AT}changelist")
        asked = wanted.asked
        parts = [
            (_("By district"), _("District"), [line(one.name, one.row, self._leads(one.key, asked))
                                               for one in told.districts]),
            (_("By programme"), _("Programme"), [line(one.name, one.row, self._leads(one.key, asked))
                                                 for one in told.programmes]),
            (_("By institution"), _("Institution"), [line(row.name, row) for row in told.institutions or ()]),
        ]  # fmt: skip
        context = {
            "told": told,
            "total": line(told.row.name, told.row),
            "tables": [(caption, what, rows) for caption, what, rows in parts if rows],
            "trends": wanted.trends(wanted.key.group) if wanted.key[1:] == Key()[1:] else (),
            "may_ask": request.user.has_perm(SEE_ENTERPRISES) and not (wanted.key.kind or wanted.key.institution),
            "ask_at": cell_address(wanted.key, asked, "ask"),
            "why_form": WhyForm(auto_id="why-%s"),
        }
        return self._shown(request, wanted, "cell.html", context, told.row.name)

    def ask(self, request: HttpRequest) -> HttpResponseRedirect:
        """Somebody says why the enterprises are to be seen. It is on record before anything is shown."""
        user = require(request, SEE_ENTERPRISES)
        require(request, SEE)
        wanted, form = Wanted(request), WhyForm(request.POST)
        back = HttpResponseRedirect(cell_address(wanted.key, wanted.asked))
        if not form.is_valid():
            messages.error(request, _("Give a reason of at most 300 characters. Nothing was done."))
            return back
        try:
            told = behind(wanted.found(), wanted.key, wanted.by.kinds)
            named = naming.named(wanted.quarter, wanted.key, known_by=wanted.known_by, by=wanted.by) if told else None
        except FinancingError as error:
            messages.error(request, str(error))
            return back
        if told is None or named is None:
            return redirect(f"{_AT}changelist")
        words = _("Saw which enterprises a figure counts: %(figure)s of %(quarter)s (%(count)s enterprises). Reason: "
                  "%(reason)s") % {"figure": told.row.name, "quarter": wanted.quarter, "count": named.count,
                                   "reason": form.cleaned_data["reason"]}  # fmt: skip
        self.log_change(request, named.edition, words)
        leave = [user.pk, wanted.quarter, *wanted.key, named.known_by.isoformat(), told.row.name]
        return redirect(f"{cell_address(wanted.key, wanted.asked, 'enterprises')}&leave={_signed(leave)}")

    def enterprises(self, request: HttpRequest) -> HttpResponse:
        """The enterprises, to whoever said why within the last hour."""
        user = require(request, SEE_ENTERPRISES)
        require(request, SEE)
        wanted = Wanted(request)
        try:
            whose, quarter, *sides, moment, name = signing.loads(
                request.GET.get("leave", ""), salt=_GRANT, max_age=_GRANTED_SECONDS
            )
        except signing.BadSignature:
            whose = None
        if whose != user.pk:
            messages.error(request, _("Say why you want to see the enterprises; that is good for an hour."))
            return HttpResponseRedirect(cell_address(wanted.key, wanted.asked))
        try:
            named = naming.named(quarter, Key(*sides), known_by=datetime.fromisoformat(moment), by=wanted.by)
        except FinancingError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(cell_address(wanted.key, wanted.asked))
        page = _Pages(named).get_page(request.GET.get("page"))
        names = programme_names()
        context = {
            "named": named,
            "page": page,
            "rows": [(one, [names.get(code, code) for code in one.programmes]) for one in page],
            "query": _without_page(request),
            "cell_at": cell_address(Key(*sides), wanted.asked),
        }
        return self._shown(request, wanted, "enterprises.html", context, name)

    def export(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """The tables as they are shown, pinned to their moment."""
        require(request, SEE)
        if kind not in ("csv", "xlsx"):
            messages.error(request, _("The tables are exported as csv or xlsx."))
            return redirect(f"{_AT}changelist")
        try:
            Wanted(request).found()
        except FinancingError as error:
            messages.error(request, str(error))
            return redirect(f"{_AT}changelist")
        return self.ask_for_export(request, kind)

    def rows_meant(self, request: HttpRequest) -> QuerySet[Any]:
        return Statistic.objects.none()

    def sheet(self, request: HttpRequest, queryset: QuerySet[Any]) -> Sheet:
        return Sheet(tables.headings(), list(tables.rows(Wanted(request).found())))

    def _leads(self, key: Key, asked: Asked) -> str:
        """Of what institutions share no more is told."""
        return "" if key.kind or key.institution else cell_address(key, asked)

    def _shown(
        self, request: HttpRequest, wanted: Wanted, template: str, more: dict[str, Any], title: str = ""
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title or self.opts.verbose_name_plural,
            "opts": self.opts,
            "media": self.media,
            "form": wanted.form,
            "quarter": wanted.quarter,
            "known_by": date_format(timezone.localtime(wanted.known_by), "Y-m-d H:i"),
            "home_at": f"{reverse(f'{_AT}changelist')}?{urlencode(wanted.asked)}",
            **more,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, f"admin/financing/statistic/{template}", context)


class _Pages(Paginator):
    """The members, of whom it is known how many there are."""

    def __init__(self, named: naming.Named) -> None:
        super().__init__(named.members, _SHOWN)
        self._number = named.count

    @cached_property
    def count(self) -> int:
        return self._number


def _signed(leave: list[Any]) -> str:
    return signing.dumps(leave, salt=_GRANT)


def _without_page(request: HttpRequest) -> str:
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()
