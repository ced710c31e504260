"""The desk of decisions: which entry was tied to whom by which rung, what people said, and how the rungs were measured.

Law: reads only; a rung's figures are the ladder's own, its counts those of now.
"""

from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from enterprises.matching.rungs import ASKING, NAMES, Figure, figures
from enterprises.models import Enterprise, Judgement, MatchDecision, ReviewItem
from enterprises.wording import RULES
from registry.admin.read_only import ReadOnlyAdmin, require


class RuleFilter(admin.SimpleListFilter):
    title = _("rule")
    parameter_name = "rule"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(RULES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[MatchDecision]) -> QuerySet[MatchDecision]:
        return queryset.filter(rule=self.value()) if self.value() else queryset


_NO_RUNGS = ("new", "person")  # by these a decision is made, but nothing is measured


class Rung(NamedTuple):
    """A rung as staff see it. `figure` is None for those of equal names and identifiers, which tie as they are."""

    name: str
    words: str
    figure: Figure | None
    ties: bool
    asks: bool
    decisions: int
    questions: int


def rungs() -> list[Rung]:
    """All rungs, the sure ones first, with what each accounts for now."""
    live = MatchDecision.objects.filter(superseded_at=None).order_by()
    decisions = dict(live.values_list("rule").annotate(Count("pk")))
    waiting = ReviewItem.objects.filter(closed_at=None).order_by()
    questions = dict(waiting.values_list("cause").annotate(Count("pk")))
    measured = {figure.rung: figure for figure in figures().values()}
    found = []
    for name in (*NAMES, *sorted(measured, key=lambda rung: -measured[rung].precision)):
        figure = measured.get(name)
        ties = figure.ties(settings.MATCH_LINE) if figure else name not in _NO_RUNGS
        asks = figure is not None and not ties and figure.precision >= ASKING
        counts = decisions.get(name, 0), questions.get(name, 0)
        found.append(Rung(name, str(RULES[name]), figure, ties, asks, *counts))
    return found


@admin.register(MatchDecision)
class MatchDecisionAdmin(ReadOnlyAdmin):
    list_display = ("entry", "enterprise", "rule_words", "decided_at", "decided_by", "superseded_at")
    list_filter = (RuleFilter, ("superseded_at", admin.EmptyFieldListFilter))
    list_select_related = ("entry", "enterprise", "decided_by")
    search_fields = ("enterprise__public_id", "enterprise__uscc")
    search_help_text = _("Public id or credit code of the enterprise, in full.")
    ordering = ("-pk",)
    fields = (
        "entry", "enterprise", "rule_words", "slipped", "reasons", "decided_at", "decided_by", "superseded_at",
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

    def rungs(self, request: HttpRequest) -> HttpResponse:
        """The ladder: what ties by itself, what asks, and how it was measured."""
        require(request, "enterprises.view_matchdecision")
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("What ties entries to enterprises"),
            "opts": self.opts,
            "rungs": rungs(),
            "line": settings.MATCH_LINE,
        }
        return TemplateResponse(request, "admin/enterprises/matchdecision/rungs.html", context)


@admin.register(Judgement)
class JudgementAdmin(ReadOnlyAdmin):
    """What people said, taken back or not."""

    list_display = ("entry", "verdict", "other", "judged_at", "judged_by", "withdrawn_at")
    list_filter = ("verdict", ("withdrawn_at", admin.EmptyFieldListFilter), "judged_by")
    list_select_related = ("entry", "other", "judged_by")
    ordering = ("-pk",)
    fields = (
        "entry", "verdict", "other", "compared", "judged_at", "judged_by", "withdrawn_at", "withdrawn_by",
    )  # fmt: skip
