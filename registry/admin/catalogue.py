"""Programmes with their rules, and districts: data that the bureau keeps itself."""

from typing import Any

from django.contrib import admin, messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from registry.forms import ProgrammeForm, ProgrammeRuleForm, ProgrammeRuleFormSet
from registry.models import District, Programme, ProgrammeRule


class RuleInline(admin.StackedInline):
    model = ProgrammeRule
    form = ProgrammeRuleForm
    formset = ProgrammeRuleFormSet
    extra = 0
    fields = (("effective_from", "effective_to"), ("period", "years"), ("grace_month", "grace_day"), "note")


@admin.register(Programme)
class ProgrammeAdmin(admin.ModelAdmin):
    form = ProgrammeForm
    inlines = [RuleInline]
    list_display = ("name", "code", "level", "body", "counts", "position")
    list_filter = ("level", "counts")
    search_fields = ("name", "code")

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Rules that only collide while they are saved one after another are refused in words."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            said = _(
                "These rules cannot be saved at once. Shorten the earlier one, save, then move the later one."
            )
            messages.error(request, said)
            return HttpResponseRedirect(request.get_full_path())


@admin.register(District)
class DistrictAdmin(admin.ModelAdmin):
    list_display = ("name", "code", "aliases", "note")
    search_fields = ("name", "code")
