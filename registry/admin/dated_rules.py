"""A desk whose rows have rules with dates of their own: those that stand are edited, those before are shown.

Law: a rule that was edited or deleted is superseded, not touched; where somebody else revised the rules meanwhile,
nothing of the page is kept, and it says so.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import Model, QuerySet
from django.forms import BaseModelFormSet, ModelForm
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import timezone


class StandingRules(admin.StackedInline):
    """Those that stand."""

    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(superseded_at=None)


class PastRules(admin.TabularInline):
    """What the rules were before they were revised; what was made at that time went by them."""

    ordering = ("-superseded_at", "-effective_from")
    extra = max_num = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).exclude(superseded_at=None)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DatedRulesAdmin(admin.ModelAdmin):
    """The owner's desk. `rules` is the model of its rules, `moved` what `revise` raises where one stands no longer."""

    rules: ClassVar[type[Model]]
    moved: ClassVar[type[Exception]]

    def revise(self, owner: Any, *, ended: Iterable[int], begun: Iterable[Any], now: datetime, by: User | None) -> None:
        """The act."""
        raise NotImplementedError

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *more: Any, **words: Any) -> Any:
        try:
            return super().changeform_view(request, object_id, *more, **words)
        except self.moved as error:
            messages.error(request, str(error))
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", object_id)

    def save_formset(self, request: HttpRequest, form: ModelForm, formset: BaseModelFormSet, change: bool) -> None:
        if formset.model is not self.rules:
            return super().save_formset(request, form, formset, change)
        formset.save(commit=False)
        revised = [rule for rule, _fields in formset.changed_objects]
        ended = [rule.pk for rule in (*revised, *formset.deleted_objects)]
        by = request.user if isinstance(request.user, User) else None
        self.revise(form.instance, ended=ended, begun=[*revised, *formset.new_objects], now=timezone.now(), by=by)
        return None
