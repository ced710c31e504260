"""Entries: every published line, as it stood and as it was read. To look at, search and export only."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from registry.admin.read_only import ReadOnlyAdmin, SafeExportMixin, matching
from registry.models import Entry, ListImport
from registry.resources import EntryResource
from registry.wording import PROBLEMS

_RECENT_LISTS = 20


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


class ProblemFilter(admin.SimpleListFilter):
    """Rows with one kind of problem."""

    title = _("problem")
    parameter_name = "problem"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code, str(words)) for code, words in PROBLEMS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        return queryset.filter(problems__contains=[{"code": self.value()}]) if self.value() else queryset


@admin.register(Entry)
class EntryAdmin(SafeExportMixin, ReadOnlyAdmin):
    resource_classes = [EntryResource]
    list_display = ("name", "uscc", "number", "programme", "title", "row_number", "usable")
    list_filter = ("usable", ListFilter, ProblemFilter)
    list_select_related = ("list_import__programme",)
    search_fields = ("name", "uscc", "number")
    search_help_text = _("Part of a name; a credit code or number in full.")
    ordering = ("-list_import", "row_number")
    fields = (
        "list_import", "row_number", "as_published", "what_is_wrong", "usable", "name", "former_name", "uscc",
        "number", "district", "district_text", "batch", "issued_on", "valid_from", "valid_to",
        "revoked_from_year",
    )  # fmt: skip

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """The entry's own facts, and the way to what was made of it for whoever may see that."""
        ways = {"whose": "enterprises.view_matchdecision", "doubt": "enterprises.view_reviewitem"}
        may_see = [field for field, permission in ways.items() if request.user.has_perm(permission)]
        return [*super().get_fields(request, obj), *may_see]

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

    @admin.display(description=_("as published"))
    def as_published(self, entry: Entry) -> str:
        rows = format_html_join("", '<tr><th scope="row">{}</th><td>{}</td></tr>', entry.published.items())
        return format_html_join("", "<table>{}</table>", [(rows,)])

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
    return _("(row %(row)s)") % {"row": text} if problem["code"] == "line_twice" else text


def _link(desk: str, entry: Entry, more: str, words: Any) -> str:
    """A link to the rows of another desk that speak of the entry."""
    return format_html('<a href="{}?entry={}{}">{}</a>', reverse(f"admin:{desk}_changelist"), entry.pk, more, words)
