"""The limits of guards and the calendar of lists, which the bureau keeps itself; the reminders that went out."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from enterprises.forms import GuardLimitForm
from enterprises.models import EditionReminder, ExpectedList, GuardLimit
from enterprises.wording import CHANGE_CAUSES
from registry.admin.read_only import ReadOnlyAdmin


@admin.register(GuardLimit)
class GuardLimitAdmin(admin.ModelAdmin):
    form = GuardLimitForm
    list_display = ("guard", "of_programme", "of_cause", "amber", "red", "least")
    list_filter = ("guard",)
    list_select_related = ("programme",)

    @admin.display(description=_("programme"), ordering="programme")
    def of_programme(self, limit: GuardLimit) -> str:
        return str(limit.programme or _("all"))

    @admin.display(description=_("cause"), ordering="cause")
    def of_cause(self, limit: GuardLimit) -> str:
        return str(CHANGE_CAUSES.get(limit.cause, limit.cause) or _("all"))


@admin.register(ExpectedList)
class ExpectedListAdmin(admin.ModelAdmin):
    list_display = ("programme", "notice", "first_month", "last_month", "level", "note")
    list_filter = ("level",)
    list_select_related = ("programme",)


@admin.register(EditionReminder)
class EditionReminderAdmin(ReadOnlyAdmin):
    list_display = ("quarter", "day", "sent_at", "addresses", "tries", "failure")
    list_filter = ("quarter",)
