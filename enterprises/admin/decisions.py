"""The desk of decisions: which entry was tied to whom by which rung, what people said, and how the rungs were measured.

Law: reads only; a rung's figures are the ladder's own, its counts those of now.
"""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from enterprises.models import Enterprise, Judgement, MatchDecision
from enterprises.tallying import share, tally
from enterprises.wording import REVIEW_CAUSES, RULES
from registry.admin.filters import SettledPeopleFilter
from registry.admin.read_only import ReadOnlyAdmin, named, require
from registry.models import Entry


class RuleFilter(admin.SimpleListFilter):
    title = _("rule")
    parameter_name = "rule"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(RULES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[MatchDecision]) -> QuerySet[MatchDecision]:
        return queryset.filter(rule=self.value()) if self.value() else queryset


@admin.register(MatchDecision)
class MatchDecisionAdmin(ReadOnlyAdmin):
    list_display = ("entry", "enterprise", "rule_words", "decided_at", "decided_by", "superseded_at")
    list_filter = (RuleFilter, ("superseded_at", admin.EmptyFieldListFilter))
    list_select_related = ("entry", "enterprise", "decided_by")
    search_fields = ("enterprise__public_id", "enterprise__uscc")
    search_help_text = _("Public id or credit code of the enterprise, in full.")
    ordering = ("-pk",)
    fields = (
        "entry", "enterprise", "rule_words", "compared_with", "slipped", "reasons", "decided_at", "decided_by",
        "superseded_at",
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_GET(self.rungs))
        return [path("rungs/", view, name="enterprises_matchdecision_rungs"), *super().get_urls()]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[MatchDecision], search_term: str
    ) -> tuple[QuerySet[MatchDecision], bool]:
        term = search_term.strip().upper()
        if not term:
            return queryset, False
        return queryset.filter(
            enterprise__in=Enterprise.objects.filter(public_id=term) | Enterprise.objects.filter(uscc=term)
        ), False

    @admin.display(description=_("rule"))
    def rule_words(self, decision: MatchDecision) -> str:
        return str(RULES.get(decision.rule, decision.rule))

    @admin.display(description=_("compared with"))
    def compared_with(self, decision: MatchDecision) -> str:
        entry = Entry.objects.filter(pk=decision.beside).first() if decision.beside else None
        if entry is None:
            return "–"
        return format_html('<a href="{}">{}</a>', reverse("admin:registry_entry_change", args=[entry.pk]), entry.name)

    def rungs(self, request: HttpRequest) -> HttpResponse:
        """The ladder: what ties by itself, what asks, and how it was measured."""
        require(request, "enterprises.view_matchdecision")
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("What ties entries to enterprises"),
            "opts": self.opts,
            "tally": tally(),
            "line": share(settings.MATCH_LINE),
        }
        return TemplateResponse(request, "admin/enterprises/matchdecision/rungs.html", context)


# What was seen when the word was given (`Judgement.compared`), in the order in which it is shown.
_COMPARED = {
    "cause": _("cause"),
    "name": _("name"),
    "code": _("unified social credit code"),
    "number": _("number"),
    "other_name": _("name of the other"),
    "other_code": _("unified social credit code of the other"),
    "other_number": _("number of the other"),
}


_LINES = 2_000  # that a search names one by one


@admin.register(Judgement)
class JudgementAdmin(ReadOnlyAdmin):
    """What people said, taken back or not."""

    list_display = ("entry", "verdict", "other", "judged_at", "judged_by", "withdrawn_at")
    list_filter = (
        "verdict",
        ("withdrawn_at", admin.EmptyFieldListFilter),
        ("judged_by", SettledPeopleFilter),
    )
    list_select_related = ("entry", "other", "judged_by")
    search_fields = ("entry__name", "other__name")
    search_help_text = _("Part of a name, two signs or more.")
    ordering = ("-pk",)
    fields = (
        "entry", "verdict", "other", "seen", "judged_at", "judged_by", "withdrawn_at", "withdrawn_by",
    )  # fmt: skip

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Judgement], search_term: str
    ) -> tuple[QuerySet[Judgement], bool]:
        if not search_term.strip():
            return queryset, False
        found = Entry.objects.filter(named(search_term)).order_by().values_list("pk", flat=True)
        lines = list(found[: _LINES + 1])
        if len(lines) > _LINES:  # common names: people's words are fewer than lines
            return queryset.filter(named(search_term, "entry__name_key") | named(search_term, "other__name_key")), False
        return queryset.filter(Q(entry__in=lines) | Q(other__in=lines)), False

    @admin.display(description=_("what was compared"))
    def seen(self, judgement: Judgement) -> str:
        seen = dict(judgement.compared)
        if "cause" in seen:
            seen["cause"] = REVIEW_CAUSES.get(seen["cause"], seen["cause"])
        facts = [(words, seen[part]) for part, words in _COMPARED.items() if seen.get(part)]
        return format_html_join("", '<div><span class="quiet">{}</span> {}</div>', facts) or "–"
