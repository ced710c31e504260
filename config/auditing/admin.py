"""The log for whoever may read it: looked at, searched, exported; changed by nobody.

Law: no page goes through the log as a whole: each filter has its index, and rows are counted up to a limit.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from ipaddress import ip_address
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from config.auditing import exporting, history
from config.auditing.models import Event
from config.auditing.recording import note
from config.auditing.wording import AREAS, act_words, area_words
from config.seen_only import SeenOnly

EXPORT = "auditing.export_event"
COUNTED = 10_000


class Counted(Paginator):
    """Counts up to a limit; what lies beyond is reached by a narrower filter."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[:COUNTED].count())


class AreaFilter(admin.SimpleListFilter):
    title = gettext_lazy("what it is about")
    parameter_name = "area"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(AREAS)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        return queryset.filter(area=self.value()) if self.value() else queryset


class OutcomeFilter(admin.SimpleListFilter):
    title = gettext_lazy("outcome")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("refused", gettext_lazy("failed or refused"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        return queryset.filter(success=False) if self.value() == "refused" else queryset


class DayFilter(admin.ListFilter):
    """From one day to another, typed: a form of its own, that keeps the other filters."""

    title = gettext_lazy("days")
    template = "admin/auditing/days.html"
    names = ("from", "to")

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.days = {name: _day(params.pop(name, [""])[-1]) for name in self.names}

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str | None]:
        return list(self.names)

    def choices(self, changelist: ChangeList) -> Any:
        kept = {name: value for name, value in changelist.params.items() if name not in (*self.names, "p")}
        yield {"kept": kept, "days": self.days}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        begin, end = (self.days[name] for name in self.names)
        if begin:
            queryset = queryset.filter(at__gte=_midnight(begin))
        return queryset.filter(at__lt=_midnight(end + timedelta(days=1))) if end else queryset


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


@admin.register(Event)
class EventAdmin(SeenOnly):
    list_display = ("when", "person", "area_words", "act_words", "about", "outcome", "address")
    list_filter = (AreaFilter, OutcomeFilter, DayFilter)
    search_fields = ("user_name",)
    search_help_text = gettext_lazy("A user name or an object's name in full, or a network address.")
    sortable_by = ()
    actions: Sequence[str] | None = None
    list_per_page = 100
    list_max_show_all = 100
    show_full_result_count = False
    paginator = Counted

    class Media:
        css = {"all": ["admin-extra.css"]}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Event], search_term: str
    ) -> tuple[QuerySet[Event], bool]:
        """By one thing at a time, so that its index answers: an address, a person, else an object."""
        text = search_term.strip().replace("\x00", "")
        if not text:
            return queryset, False
        if _is_address(text):
            return queryset.filter(address=text), False
        by_person = Event.objects.filter(user_name=text).exists()
        return queryset.filter(user_name=text) if by_person else queryset.filter(label=text), False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.export))
        return [path("export/<slug:kind>/", view, name="auditing_event_export"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        more = {"may_export": request.user.has_perm(EXPORT), "counted": COUNTED, "kinds": list(exporting.KINDS)}
        return super().changelist_view(request, {**more, **(extra_context or {})})

    @method_decorator(require_safe)
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        event = self.get_object(request, object_id)
        if not self.has_view_permission(request, event):
            raise PermissionDenied
        if event is None:
            return HttpResponseRedirect(reverse("admin:auditing_event_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": str(event),
            "opts": self.opts,
            "one": history.told([event])[0],
            "link": _link(event),
            "kind": history.kind_of(event),
            "more": history.more(event),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/auditing/event/change_form.html", context)

    def export(self, request: HttpRequest, kind: str) -> HttpResponse | StreamingHttpResponse:
        """The events of the list as it is filtered, all of them."""
        if not request.user.has_perm(EXPORT) or not self.has_view_permission(request):
            raise PermissionDenied
        if kind not in exporting.KINDS:
            messages.error(request, _("The log is exported as csv or jsonl."))
            return HttpResponseRedirect(reverse("admin:auditing_event_changelist"))
        events = self.get_changelist_instance(request).get_queryset(request)
        note("log", "exported", label=kind, filters=request.GET.urlencode()[:500])
        name = f"audit-log-{timezone.localtime():%Y%m%d-%H%M%S}.{kind}"
        return StreamingHttpResponse(
            exporting.lines(events, kind),
            content_type=exporting.KINDS[kind],
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    @admin.display(description=gettext_lazy("time"))
    def when(self, event: Event) -> str:
        return format_html('<span class="nowrap">{}</span>', f"{timezone.localtime(event.at):%Y-%m-%d %H:%M:%S}")

    @admin.display(description=gettext_lazy("who"))
    def person(self, event: Event) -> str:
        return history.who(event)

    @admin.display(description=gettext_lazy("what it is about"))
    def area_words(self, event: Event) -> str:
        return area_words(event.area)

    @admin.display(description=gettext_lazy("what happened"))
    def act_words(self, event: Event) -> str:
        return act_words(event.area, event.act)

    @admin.display(description=gettext_lazy("object"))
    def about(self, event: Event) -> str:
        link = _link(event)
        words = event.label or event.key or "–"
        return format_html('<a href="{}">{}</a>', link, words) if link else words

    @admin.display(description=gettext_lazy("success"), boolean=True)
    def outcome(self, event: Event) -> bool:
        return event.success


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _link(event: Event) -> str:
    """The page of what it is about, where the admin has one."""
    if not event.key or event.act == "deleted" or "." not in event.model:
        return ""
    try:
        return reverse(f"admin:{event.model.replace('.', '_')}_change", args=[event.key])
    except NoReverseMatch:
        return ""
