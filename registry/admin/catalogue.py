"""Programmes with their rules, and districts: data that the bureau keeps itself."""

from django.contrib import admin
from django.http import HttpRequest

from registry.forms import ProgrammeForm, ProgrammeRuleForm, ProgrammeRuleFormSet
from registry.models import District, HeaderWord, Programme, ProgrammeRule, RememberedColumn


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


@admin.register(HeaderWord)
class HeaderWordAdmin(admin.ModelAdmin):
    list_display = ("text", "field", "note")
    list_filter = ("field",)
    search_fields = ("text",)


@admin.register(RememberedColumn)
class RememberedColumnAdmin(admin.ModelAdmin):
    """What was remembered may be forgotten, or put right."""

    list_display = ("header", "field", "programme", "publisher", "decided_by", "decided_at")
    list_filter = ("programme",)
    list_select_related = ("programme", "decided_by")
    search_fields = ("header", "publisher")
    readonly_fields = ("decided_at", "decided_by")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
