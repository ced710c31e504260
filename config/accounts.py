"""Accounts in the admin. Law: who adds accounts need not be able to change them, and a new account may nothing."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters


class AccountAdmin(UserAdmin):  # type: ignore[type-arg]  # generic to the type checker alone
    """Django asks for the right to change accounts of whoever adds one; that right would reach up to superuser."""

    @method_decorator(sensitive_post_parameters())
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        words = {"auto_populated_fields": (), "username_help_text": User._meta.get_field("username").help_text}
        return admin.ModelAdmin.add_view(self, request, form_url, {**words, **(extra_context or {})})
