"""Entries: every published line, as it stood and as it was read. To look at, search and export only."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from registry import comparing, correcting, errors
from registry.admin.exporting import SafeExportMixin
from registry.admin.read_only import ReadOnlyAdmin, matching, require
from registry.correcting import CORRECTABLE, texts_of
from registry.forms import CorrectionForm
from registry.indicators import field_names, scale_of
from registry.models import Entry, Field, ImportState, ListImport
from registry.points import texts_of as texts_of_points
from registry.previewing import meanings
from registry.repeating import CODES
from registry.resources import EntryResource
from registry.rights import importable
from registry.wording import FATE_WORDS, PROBLEMS

_RECENT_LISTS = 20
_FIELD_OF_PROBLEM = {"uscc_check": "uscc", "uscc_shape": "uscc", "number_shape": "number"}


class ListFilter(admin.SimpleListFilter):
    """One list: the latest ones to choose from, any other by link from its page."""

    title = _("list import")
    parameter_name = "list"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        recent = ListImport.objects.order_by("-pk").values_list("pk", "title")
        chosen = self.value()
        shown = dict(recent[:_RECENT_LISTS])
        if chosen and chosen.isdecimal() and len(chosen) < 19 and int(chosen) not in shown:
            shown |= dict(recent.filter(pk=int(chosen)))
        return [(str(pk), title) for pk, title in shown.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        known = {str(key) for key, _title in self.lookup_choices}
        chosen = self.value()
        return queryset.filter(list_import=int(chosen)) if chosen in known else queryset


class ComparedFilter(admin.SimpleListFilter):
    """Rows by what became of them since the list before (`12-gone`), by link from a list's page."""

    title = _("beside the list before")
    parameter_name = "compared"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        listed, fate = self._chosen()
        return [(self.value() or "", f"{FATE_WORDS[fate]}：{listed}")] if listed else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        listed, fate = self._chosen()
        return queryset.filter(pk__in=comparing.rows(listed, fate)) if listed else queryset

    def _chosen(self) -> tuple[ListImport | None, str]:
        number, _dash, fate = (self.value() or "").partition("-")
        known = number.isascii() and number.isdecimal() and len(number) < 19 and fate in FATE_WORDS
        return (ListImport.objects.filter(pk=int(number)).first() if known else None), fate


class ProblemFilter(admin.SimpleListFilter):
    """Rows with one kind of problem."""

    title = _("problem")
    parameter_name = "problem"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code, str(words)) for code, words in PROBLEMS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        faulty = queryset.exclude(problems=[])  # as the index says it
        return faulty.filter(problems__contains=[{"code": self.value()}]) if self.value() else queryset


@admin.register(Entry)
class EntryAdmin(SafeExportMixin, ReadOnlyAdmin):
    change_form_template = "admin/registry/entry/change_form.html"
    resource_classes = [EntryResource]
    list_display = ("name", "uscc", "number", "programme", "title", "row_number", "usable")
    list_filter = ("usable", ListFilter, ProblemFilter, ComparedFilter)
    list_select_related = ("list_import__programme",)
    search_fields = ("name", "uscc", "number")
    search_help_text = _("Part of a name, two signs or more; a credit code or number in full.")
    ordering = ("-list_import_id", "row_number")  # by the column: by the relation it would be the lists' own order
    fields = (
        "line", "list_import", "row_number", "as_published", "what_was_corrected", "what_is_wrong", "usable", "name",
        "former_name", "uscc", "number", "district", "district_text", "batch", "issued_on", "valid_from", "valid_to",
        "revoked_from_year", "points_as_read",
    )  # fmt: skip

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """The entry's own facts, and the way to what was made of it for whoever may see that."""
        ways = {"whose": "enterprises.view_matchdecision", "doubt": "enterprises.view_reviewitem"}
        may_see = [field for field, permission in ways.items() if request.user.has_perm(permission)]
        own = [
            field
            for field in super().get_fields(request, obj)
            if (field != "what_was_corrected" or (obj and obj.corrections))
            and (field != "points_as_read" or (obj and obj.points))
        ]
        return [*own, *may_see]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.correct))
        return [path("<int:pk>/correct/", view, name="registry_entry_correct"), *super().get_urls()]

    def page(self, request: HttpRequest, obj: Entry) -> dict[str, Any]:
        """While its list is staged, each field with what it reads and what it should perhaps read."""
        listed = obj.list_import
        user = request.user
        if not isinstance(user, User) or not user.has_perm("registry.add_listimport"):
            return {}
        if listed.state != ImportState.STAGED or not importable(user).filter(pk=listed.programme_id).exists():
            return {}
        texts = texts_of(listed, obj)
        proposals = {
            _FIELD_OF_PROBLEM[problem["code"]]: problem["proposal"]
            for problem in obj.problems
            if problem.get("proposal") and problem["code"] in _FIELD_OF_PROBLEM
        }
        offered = {field: str(field.label) for field in CORRECTABLE} | field_names(listed.programme)
        read = [field for field in offered if field in texts or field in proposals]
        return {
            "corrections": [(field, offered[field], texts.get(field, ""), proposals.get(field, "")) for field in read],
            "other_fields": [(field, words) for field, words in offered.items() if field not in read],
        }

    def correct(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let one cell of a staged row read something else."""
        user = require(request, "registry.add_listimport")
        entry = get_object_or_404(Entry.objects.select_related("list_import__programme"), pk=pk)
        form = CorrectionForm(request.POST, more=field_names(entry.list_import.programme))
        if not form.is_valid():
            messages.error(request, gettext("Give the right text and a reason of at most 300 characters."))
            return redirect("admin:registry_entry_change", pk)
        return self.take(
            request,
            entry,
            lambda: correcting.correct(entry=entry, now=timezone.now(), by=user, **form.cleaned_data),
            done=gettext("Corrected; the row was checked anew."),
            expected=errors.RegistryError,
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Entry], search_term: str
    ) -> tuple[QuerySet[Entry], bool]:
        return matching(queryset, search_term, codes=("uscc", "number")), False

    @admin.display(description=_("programme"))
    def programme(self, entry: Entry) -> str:
        return entry.list_import.programme.name

    @admin.display(description=_("list import"))
    def title(self, entry: Entry) -> str:
        return entry.list_import.title

    @admin.display(description=_("number of this line"))
    def line(self, entry: Entry) -> str:
        """By which an objection's correction names it."""
        return str(entry.pk)

    @admin.display(description=_("as published"))
    def as_published(self, entry: Entry) -> str:
        order = {text: at for at, text in enumerate(entry.list_import.header)}
        cells = sorted(entry.published.items(), key=lambda cell: order.get(cell[0], len(order)))
        rows = format_html_join("", '<tr><th scope="row">{}</th><td>{}</td></tr>', cells)
        return format_html_join("", "<table>{}</table>", [(rows,)])

    @admin.display(description=_("corrections"), empty_value="–")
    def what_was_corrected(self, entry: Entry) -> str:
        names = meanings(entry.list_import.programme)
        return format_html_join(
            "",
            "<div>{}：{} → {}（{}，{}，{}）</div>",
            (
                (
                    names.get(one["field"], one["field"]),
                    one["was"] or "–",
                    one["now"] or "–",
                    one["by"],
                    f"{localtime(datetime.fromisoformat(one['at'])):%Y-%m-%d %H:%M}",
                    one["why"],
                )
                for one in entry.corrections
            ),
        )

    @admin.display(description=_("points"))
    def points_as_read(self, entry: Entry) -> str:
        scale = scale_of(entry.list_import)
        names = {**field_names(entry.list_import.programme), "year": Field.YEAR.label}
        told = texts_of_points(entry.points, scale)
        return format_html_join("", "<div>{}：{}</div>", ((names[field], text) for field, text in told.items() if text))

    @admin.display(description=_("problems"), empty_value="–")
    def what_is_wrong(self, entry: Entry) -> str:
        return format_html_join(
            "",
            "<div>{} {}</div>",
            ((PROBLEMS.get(p["code"], p["code"]), _detail(p)) for p in entry.problems),
        )

    @admin.display(description=_("enterprise"))
    def whose(self, entry: Entry) -> str:
        return _link("enterprises_matchdecision", entry, "", _("Decisions on this line"))

    @admin.display(description=_("doubtful match"))
    def doubt(self, entry: Entry) -> str:
        return _link("enterprises_reviewitem", entry, "&state=all", _("Doubtful match of this line, if there is one"))


def _detail(problem: dict[str, str]) -> Any:
    """What was found there; of a repeated line, where it stood first."""
    text = problem.get("text", "")
    if problem["code"] in CODES:
        return _("(row %(row)s)") % {"row": text}
    proposal = problem.get("proposal", "")
    return f"{text} → {proposal}?" if proposal else text


def _link(desk: str, entry: Entry, more: str, words: Any) -> str:
    """A link to the rows of another desk that speak of the entry."""
    return format_html('<a href="{}?entry={}{}">{}</a>', reverse(f"admin:{desk}_changelist"), entry.pk, more, words)
