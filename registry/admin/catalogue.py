"""Programmes with their rules, and districts: data that the bureau keeps itself."""

from django.contrib import admin

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


@admin.register(District)
class DistrictAdmin(admin.ModelAdmin):
    list_display = ("name", "code", "aliases", "note")
    search_fields = ("name", "code")
