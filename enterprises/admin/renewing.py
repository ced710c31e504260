"""How recognitions are renewed, which the bureau keeps itself; the look-up tells it to enterprises."""

from django.contrib import admin

from enterprises.models import Renewal


@admin.register(Renewal)
class RenewalAdmin(admin.ModelAdmin):
    list_display = ("programme", "what", "first_month", "last_month", "confidence", "note")
    list_filter = ("confidence",)
    list_select_related = ("programme",)
