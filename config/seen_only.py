"""Desks of the site's own records. Law: what is seen there is added, changed and deleted by nobody."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class SeenOnly(admin.ModelAdmin):
    """Rows that the site itself writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
