"""Subsidies with their rules: data that the bureau keeps itself."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import Prefetch, QuerySet
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from financing.admin.subsidy_forms import RuleForm, RuleFormSet
from financing.errors import SubsidyRuleMoved
from financing.models import Subsidy, SubsidyRule
from financing.subsidies.ruling import revise, rule_on
from financing.subsidies.wording import rule_words

_FIELDS = (
    ("effective_from", "effective_to"), "base", ("rate", "threshold"), ("cap", "cap_per"), "once", "steps_text",
    "programmes", "years_back", ("source", "clause"), "to_confirm", "note",
)  # fmt: skip


class RuleInline(admin.StackedInline):
    model = SubsidyRule
    form = RuleForm
    formset = RuleFormSet
    extra = 0
    fields = _FIELDS

    def get_queryset(self, request: HttpRequest) -> QuerySet[SubsidyRule]:
        return super().get_queryset(request).filter(superseded_at=None)


class PastRuleInline(admin.TabularInline):
    """What the rules were before they were revised; sheets of that time went by them."""

    model = SubsidyRule
    verbose_name_plural = _("rules as they were recorded before")
    fields = readonly_fields = ("words", "recorded_at", "recorded_by", "superseded_at")
    ordering = ("-superseded_at", "-effective_from")
    extra = max_num = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[SubsidyRule]:
        return super().get_queryset(request).exclude(superseded_at=None)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("rule in words"))
    def words(self, rule: SubsidyRule) -> str:
        return rule_words(rule)


@admin.register(Subsidy)
class SubsidyAdmin(admin.ModelAdmin):
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

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *_more: Any, **words: Any) -> Any:
        """Where somebody else revised the rules meanwhile, nothing of the page is kept."""
        try:
            return super().changeform_view(request, object_id, *_more, **words)
        except SubsidyRuleMoved as error:
            messages.error(request, str(error))
            return redirect("admin:financing_subsidy_change", object_id)

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: BaseModelFormSet, change: bool) -> None:
        """A rule that was edited or deleted is superseded, not touched."""
        if formset.model is not SubsidyRule:
            return super().save_formset(request, form, formset, change)
        formset.save(commit=False)
        revised = [rule for rule, _fields in formset.changed_objects]
        ended = [rule.pk for rule in (*revised, *formset.deleted_objects)]
        by = request.user if isinstance(request.user, User) else None
        begun = [*revised, *formset.new_objects]
        revise(subsidy=form.instance, ended=ended, begun=begun, now=timezone.now(), by=by)
        return None
