"""Which department imports which programme: kept by whoever keeps the accounts, for it says what a role reaches."""

from django.contrib import admin

from registry.models import ImportRight


@admin.register(ImportRight)
class ImportRightAdmin(admin.ModelAdmin):
    list_display = ("department", "what", "note")
    list_display_links = ("department", "what")
    list_filter = ("department",)
    list_select_related = ("department", "programme")
    search_fields = ("department__name", "programme__name")

    @admin.display(description=ImportRight._meta.get_field("programme").verbose_name, ordering="programme__position")
    def what(self, right: ImportRight) -> str:
        return right.reach
