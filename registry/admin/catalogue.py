"""Programmes with their rules, and districts: data that the bureau keeps itself."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.admin.dated_rules import DatedRulesAdmin, PastRules, StandingRules
from registry.cataloguing import revise_rules
from registry.errors import RuleMoved
from registry.forms import DistrictForm, IndicatorForm, ProgrammeForm, ProgrammeRuleForm, ProgrammeRuleFormSet
from registry.models import District, HeaderWord, Indicator, Programme, ProgrammeRule, RememberedColumn
from registry.points import field_of, is_points_field
from registry.queries import rules_on

_RULE = (
    ("effective_from", "effective_to"),
    ("period", "years"),
    ("grace_months", "grace_month", "grace_day"),
    "counts",
    "note",
)


class RuleInline(StandingRules):
    model = ProgrammeRule
    form = ProgrammeRuleForm
    formset = ProgrammeRuleFormSet
    fields = _RULE


class PastRuleInline(PastRules):
    model = ProgrammeRule
    verbose_name_plural = _("rules as they were recorded before")
    fields = readonly_fields = (
        "effective_from", "effective_to", "period", "years", "grace_months", "grace_month", "grace_day", "counts",
        "recorded_at", "recorded_by", "superseded_at",
    )  # fmt: skip


@admin.register(Programme)
class ProgrammeAdmin(DatedRulesAdmin):
    rules, moved = ProgrammeRule, RuleMoved
    form = ProgrammeForm
    inlines = [RuleInline, PastRuleInline]
    list_display = ("name", "code", "kind", "level", "body", "counts", "position")
    list_filter = ("kind", "level")
    search_fields = ("name", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: Programme | None = None) -> tuple[str, ...]:
        """What its lists say of an enterprise stays what it was: another kind is another programme."""
        return ("kind",) if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Programme]:
        rules = rules_on(timezone.localdate()).filter(programme=OuterRef("pk"), counts=True)
        programmes: QuerySet[Programme] = super().get_queryset(request).annotate(counting=Exists(rules))
        return programmes

    @admin.display(description=_("counts for the pool"), boolean=True)
    def counts(self, programme: Programme) -> bool:
        return bool(programme.counting)  # type: ignore[attr-defined]  # annotated

    def revise(self, owner: Programme, **facts: Any) -> None:
        revise_rules(programme=owner, **facts)


@admin.register(Indicator)
class IndicatorAdmin(admin.ModelAdmin):
    """The columns of points lists: what lists call them, and what their cells may hold."""

    form = IndicatorForm
    list_display = ("name", "code", "kind", "group", "unit", "highest", "programme", "position", "note")
    list_filter = ("programme", "kind", "group")
    list_select_related = ("programme",)
    search_fields = ("name", "code")

    def get_readonly_fields(self, request: HttpRequest, obj: Indicator | None = None) -> tuple[str, ...]:
        """Points that were imported name it by its code."""
        return ("programme", "code", "kind") if obj else ()


@admin.register(District)
class DistrictAdmin(admin.ModelAdmin):
    form = DistrictForm
    list_display = ("name", "code", "aliases", "note")
    search_fields = ("name", "code")


@admin.register(HeaderWord)
class HeaderWordAdmin(admin.ModelAdmin):
    list_display = ("text", "field", "note")
    list_filter = ("field",)
    search_fields = ("text",)


@admin.register(RememberedColumn)
class RememberedColumnAdmin(admin.ModelAdmin):
    """What was remembered may be forgotten, or put right."""

    list_display = ("header", "meaning", "programme", "publisher", "decided_by", "decided_at")
    list_filter = ("programme",)
    list_select_related = ("programme", "decided_by")
    search_fields = ("header", "publisher")
    readonly_fields = ("decided_at", "decided_by", "meaning")

    def get_fields(self, request: HttpRequest, obj: RememberedColumn | None = None) -> list[Any]:
        """What a column of points means is chosen where its list is looked at; here it may be forgotten."""
        meant = "meaning" if obj and is_points_field(obj.field) else "field"
        return ["programme", "publisher", "header", meant, "decided_at", "decided_by"]

    @admin.display(description=_("meaning"), ordering="field")
    def meaning(self, column: RememberedColumn) -> str:
        return _indicators().get(column.field) or str(column.get_field_display())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


def _indicators() -> dict[str, str]:
    return {field_of(one.code): one.name for one in Indicator.objects.all()}
