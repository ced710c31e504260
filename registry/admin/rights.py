"""Which department imports which programme: kept by whoever keeps the accounts, for it says what a role reaches."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator

from registry.models import ImportRight


def _may_change(request: HttpRequest) -> bool:
    return request.user.has_perm("registry.change_importright")


# As above roles: whoever signed in long ago gives password or code again; whoever only looks is not asked.
lately = method_decorator(reauthentication_required(app="registry", enabled=_may_change))


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

    @lately
    def changeform_view(self, request: HttpRequest, *where: Any, **more: Any) -> HttpResponse:
        return super().changeform_view(request, *where, **more)

    @lately
    def delete_view(self, request: HttpRequest, *where: Any, **more: Any) -> HttpResponse:
        return super().delete_view(request, *where, **more)
