"""Receipts and letters: looked at, exported for the auditor, touched by nobody."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from pushes.admin.showing import ShownAdmin
from pushes.exporting import receipts_sheet
from pushes.models import Letter, Receipt, ReceiptsDeleted
from registry.admin.exporting import ExportedDesk
from registry.admin.filters import period_of
from registry.sheets import Sheet


@admin.register(Receipt)
class ReceiptAdmin(ShownAdmin, ExportedDesk):
    list_display = ["number", "kind", "institution", "user", "key", "delivery", "rows", "at", "address"]
    list_filter = [period_of("at", _("at")), "kind", "delivery__edition", "institution"]
    list_select_related = ["institution", "user", "delivery__edition", "delivery__channel__institution"]
    actions = ["export"]

    @admin.action(description=_("Export for the auditor (csv)"), permissions=["view"])
    def export(self, request: HttpRequest, queryset: QuerySet[Receipt]) -> HttpResponse:
        return self.ask_for_chosen(request, "csv")

    def sheet(self, request: HttpRequest, queryset: QuerySet[Receipt]) -> Sheet:
        return receipts_sheet(queryset)


@admin.register(ReceiptsDeleted)
class ReceiptsDeletedAdmin(ShownAdmin):
    list_display = ["at", "before", "first", "last"]


@admin.register(Letter)
class LetterAdmin(ShownAdmin):
    list_display = ["subject", "institution", "state", "made_at", "sent_at", "tries", "addresses", "failure"]
    list_filter = ["state", "kind", "institution"]
    list_select_related = ["institution"]
