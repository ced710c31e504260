"""The desk of objections: what is due, and one screen for each, with what was published beside what was handed in.

Law: every step is an act; a file leaves as an attachment that no browser runs.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from enterprises import errors, settling
from enterprises.admin.objection_forms import UpholdForm
from enterprises.models import (
    ENDED,
    Mail,
    MatchDecision,
    Objection,
    ObjectionFile,
    ObjectionReminder,
    ObjectionState,
    SpecialDay,
    Watch,
)
from enterprises.objecting import year_is_known
from enterprises.parting import lines_of
from enterprises.queueing import MINE, OTHERS, UNASSIGNED
from enterprises.sniffing import CONTENT_TYPES
from enterprises.wording import RULES
from registry.admin.read_only import ReadOnlyAdmin, require
from registry.errors import RegistryError
from registry.forms import ReasonForm
from registry.models import Entry, LineCorrection, ListImport
from registry.queries import as_it_reads, published_line

VIEW, SETTLE, SECOND = (
    "enterprises.view_objection",
    "enterprises.settle_objection",
    "enterprises.confirm_objection",
)
_EXPECTED = (errors.EnterprisesError, RegistryError)


class DueFilter(admin.SimpleListFilter):
    title = gettext_lazy("due")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("not decided")), ("overdue", _("overdue")), ("today", _("due today"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() is None:
            return queryset
        queryset = queryset.exclude(state__in=ENDED)
        today = timezone.localdate()
        if self.value() == "overdue":
            return queryset.filter(due_on__lt=today)
        return queryset.filter(due_on=today) if self.value() == "today" else queryset


class WhoseFilter(admin.SimpleListFilter):
    title = gettext_lazy("assigned to")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(MINE, _("me")), (UNASSIGNED, _("nobody")), (OTHERS, _("others"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == MINE:
            return queryset.filter(assigned_to=request.user)
        if self.value() == UNASSIGNED:
            return queryset.filter(assigned_to=None)
        return queryset.exclude(assigned_to=None).exclude(assigned_to=request.user) if self.value() else queryset


class ProposedFilter(admin.SimpleListFilter):
    """Proposed decisions by who proposed them: another confirms them."""

    title = gettext_lazy("proposed by")
    parameter_name = "proposed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(MINE, _("me")), (OTHERS, _("others"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == MINE:
            return queryset.filter(proposed_by=request.user)
        proposed = queryset.filter(state=ObjectionState.PROPOSED)
        return proposed.exclude(proposed_by=request.user) if self.value() == OTHERS else queryset


@admin.register(Objection)
class ObjectionAdmin(ReadOnlyAdmin):
    list_display = ("number", "name", "kind", "state", "due", "assigned_to", "received_at")
    list_filter = (DueFilter, "state", "kind", WhoseFilter, ProposedFilter)
    list_select_related = ("assigned_to",)
    sortable_by = None  # they are few
    search_fields = ("number", "name", "code", "enterprise__public_id")
    search_help_text = gettext_lazy("Receipt number, part of a name, credit code or public id.")
    ordering = ("ended_at", "due_on", "pk")
    change_form_template = "admin/enterprises/objection/change_form.html"

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        return ("-ended_at", "due_on", "pk")  # those without an end come first

    def get_urls(self) -> list[URLPattern]:
        steps: dict[str, Callable[..., HttpResponseBase]] = {
            "take": self.take_up, "ask": self.ask, "reject": self.reject, "uphold": self.uphold,
            "confirm": self.confirm, "send-back": self.send_back,
        }  # fmt: skip
        posted = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(require_POST(view)),
                name=f"enterprises_objection_{name.replace('-', '_')}",
            )
            for name, view in steps.items()
        ]
        file = path(
            "<int:pk>/files/<int:file>/",
            self.admin_site.admin_view(require_GET(self.file)),
            name="enterprises_objection_file",
        )
        return [*posted, file, *super().get_urls()]

    @admin.display(description=gettext_lazy("to be decided by"), ordering="due_on")
    def due(self, objection: Objection) -> str:
        late = objection.is_open and objection.due_on < timezone.localdate()
        return f"{objection.due_on:%Y-%m-%d}" + (_(" (overdue)") if late else "")

    def page(self, request: HttpRequest, obj: Objection) -> dict[str, Any]:
        lines, bearer = _shown(obj), obj.bearer
        form = UpholdForm(shown=lines)
        corrected = {one.pk: published_line(one) for one in lines}
        decided = MatchDecision.objects.filter(superseded_at=None, entry__in=[one.pk for one in corrected.values()])
        matched = {entry: RULES.get(rule, rule) for entry, rule in decided.values_list("entry", "rule")}
        corrections = LineCorrection.objects.filter(ground=obj.number).select_related("list_import")
        meant = published_line(obj.entry).pk if obj.entry else None
        return {
            "title": obj.number,
            "subtitle": obj.name,
            "events": obj.events.select_related("by"),
            "answers": obj.answers.all(),
            "files": obj.files.all(),
            "lines": [
                (one, corrected[one.pk], corrected[one.pk].pk == meant, matched.get(corrected[one.pk].pk, "–"))
                for one in lines
            ],
            "acts": obj.is_open and obj.state not in (ObjectionState.RECEIVED, ObjectionState.PROPOSED),
            "recognitions": bearer.recognitions.select_related("programme") if bearer else [],
            "corrections": corrections,
            "staged": ListImport.objects.filter(pk__in=obj.proposal.get("imports", [])).prefetch_related(
                "entries__district"
            ),
            "form": form,
            "reason_form": ReasonForm(auto_id="%s"),
            "may_settle": request.user.has_perm(SETTLE),
            "may_confirm": request.user.has_perm(SECOND),
            "mine_to_confirm": obj.proposed_by_id != request.user.pk,
            "states": ObjectionState,
            "overdue": obj.is_open and obj.due_on < timezone.localdate(),
            "year_is_known": year_is_known(obj.due_on),
        }

    def take_up(self, request: HttpRequest, pk: int) -> HttpResponse:
        user, now = require(request, SETTLE), timezone.now()
        return self._step(request, pk, lambda one: settling.take(objection=one, now=now, by=user), _("Taken."))

    def ask(self, request: HttpRequest, pk: int) -> HttpResponse:
        user, now, words = require(request, SETTLE), timezone.now(), _words(request)
        return self._step(
            request, pk, lambda one: settling.ask(objection=one, words=words, now=now, by=user), _("Asked.")
        )

    def reject(self, request: HttpRequest, pk: int) -> HttpResponse:
        user, now, words = require(request, SETTLE), timezone.now(), _words(request)
        done = _("Decided: not upheld. The enterprise reads the reasons.")
        return self._step(request, pk, lambda one: settling.reject(objection=one, reason=words, now=now, by=user), done)

    def uphold(self, request: HttpRequest, pk: int) -> HttpResponse:
        user, now = require(request, SETTLE), timezone.now()
        objection = get_object_or_404(Objection, pk=pk)
        form = UpholdForm(request.POST, shown=_shown(objection))
        if not form.is_valid():
            for name, faults in form.errors.items():
                label = form.fields[name].label if name in form.fields else ""
                messages.error(request, f"{label}{_(': ')}{' '.join(map(str, faults))}")
            return redirect("admin:enterprises_objection_change", pk)

        def step(one: Objection) -> None:
            settling.uphold(
                objection=one, remedy=form.remedy(), reason=form.cleaned_data["reason"],
                partly=form.cleaned_data["partly"], now=now, by=user,
            )  # fmt: skip

        return self._step(
            request,
            pk,
            step,
            _("Upheld. The correction is in the pool with the next rebuilding, at night."),
            self._proposed,
        )

    def _proposed(self, objection: Objection) -> str:
        objection.refresh_from_db()
        waits = objection.state == ObjectionState.PROPOSED
        return _("Proposed. A second person confirms decision and correction.") if waits else ""

    def confirm(self, request: HttpRequest, pk: int) -> HttpResponse:
        user, now = require(request, SECOND), timezone.now()
        done = _("Confirmed. The correction is in the pool with the next rebuilding, at night.")
        return self._step(request, pk, lambda one: settling.confirm(objection=one, now=now, by=user), done)

    def send_back(self, request: HttpRequest, pk: int) -> HttpResponse:
        user, now, words = require(request, SECOND), timezone.now(), _words(request)
        return self._step(
            request, pk, lambda one: settling.send_back(objection=one, reason=words, now=now, by=user), _("Sent back.")
        )

    def _step(
        self,
        request: HttpRequest,
        pk: int,
        act: Callable[[Objection], object],
        done: str,
        otherwise: Callable[[Objection], str] = lambda _objection: "",
    ) -> HttpResponse:
        objection = get_object_or_404(Objection, pk=pk)
        try:
            act(objection)
        except _EXPECTED as error:
            messages.error(request, str(error))
        else:
            said = otherwise(objection) or done
            self.log_change(request, objection, said)
            messages.success(request, said)
        return redirect("admin:enterprises_objection_change", pk)

    def file(self, request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
        """A file as it was handed in; what it is was judged by its content."""
        require(request, VIEW)
        found = get_object_or_404(ObjectionFile, pk=file, objection=pk)
        try:
            content = default_storage.open(found.stored)
        except OSError:
            messages.error(request, _("The file is not in the store."))
            return redirect("admin:enterprises_objection_change", pk)
        response = FileResponse(
            content, as_attachment=True, filename=found.name, content_type=CONTENT_TYPES[found.kind]
        )
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, no-store"
        return response


def _shown(objection: Objection) -> list[Entry]:
    """The lines of the enterprise as they read now, and the one that the objection is about, each once."""
    bearer = objection.bearer
    lines = lines_of(bearer) if bearer else []
    meant = published_line(objection.entry) if objection.entry else None
    if meant and meant not in [published_line(one) for one in lines]:
        lines.insert(0, as_it_reads(meant))
    return lines


def _words(request: HttpRequest) -> str:
    return request.POST.get("reason", "")[:2000]


@admin.register(SpecialDay)
class SpecialDayAdmin(admin.ModelAdmin):
    """Holidays of the coming year, as the State Council publishes them each November."""

    list_display = ("day", "works", "note")
    list_filter = ("works",)
    date_hierarchy = "day"


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    list_display = ("subject", "made_at", "sent_at", "tries", "failure")
    list_filter = (("sent_at", admin.EmptyFieldListFilter),)
    fields = ("subject", "made_at", "due_at", "tries", "failure", "sent_at")


@admin.register(ObjectionReminder)
class ObjectionReminderAdmin(ReadOnlyAdmin):
    list_display = ("day", "addresses", "sent_at", "tries", "failure")


@admin.register(Watch)
class WatchAdmin(ReadOnlyAdmin):
    """How many watch; an address is nobody's but its owner's, and not shown."""

    list_display = ("enterprise", "asked_at", "confirmed_at")
    list_filter = (("confirmed_at", admin.EmptyFieldListFilter),)
    list_select_related = ("enterprise",)
    fields = ("enterprise", "asked_at", "confirmed_at")
