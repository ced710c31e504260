"""Subsidies with their rules: data that the bureau keeps itself."""

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from financing.admin.subsidy_forms import RuleForm, RuleFormSet
from financing.errors import SubsidyRuleMoved
from financing.models import Subsidy, SubsidyRule
from financing.subsidies.ruling import revise, rule_on
from financing.subsidies.wording import rule_words
from registry.admin.dated_rules import DatedRulesAdmin, PastRules, StandingRules

_FIELDS = (
    ("effective_from", "effective_to"), "base", ("rate", "threshold"), ("cap", "cap_per"), "once", "steps_text",
    "programmes", "years_back", ("source", "clause"), "to_confirm", "note",
)  # fmt: skip


class RuleInline(StandingRules):
    model = SubsidyRule
    form = RuleForm
    formset = RuleFormSet
    fields = _FIELDS


class PastRuleInline(PastRules):
    model = SubsidyRule
    verbose_name_plural = _("rules as they were recorded before")
    fields = readonly_fields = ("words", "recorded_at", "recorded_by", "superseded_at")

    @admin.display(description=_("rule in words"))
    def words(self, rule: SubsidyRule) -> str:
        return rule_words(rule)


@admin.register(Subsidy)
class SubsidyAdmin(DatedRulesAdmin):
    rules, moved = SubsidyRule, SubsidyRuleMoved
    inlines = [RuleInline, PastRuleInline]
    list_display = ("name", "applicants", "today", "position")
    search_fields = ("name", "code")

    class Media:
        css = {"all": ["admin-extra.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subsidy]:
        standing = Prefetch("rules", SubsidyRule.objects.filter(superseded_at=None), to_attr="standing")
        found: QuerySet[Subsidy] = super().get_queryset(request).prefetch_related(standing)
        return found

    def get_readonly_fields(self, request: HttpRequest, obj: Subsidy | None = None) -> list[str]:
        """By whom it may be claimed says how codes were looked up: another would make other claims of those there."""
        return ["code", "applicants"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("rule of today"), empty_value="–")
    def today(self, subsidy: Subsidy) -> str:
        rule = rule_on(subsidy.standing, timezone.localdate())  # type: ignore[attr-defined]  # prefetched
        return rule_words(rule) if rule else ""

    def revise(self, owner: Subsidy, **facts: Any) -> None:
        revise(subsidy=owner, **facts)
