"""Accounts at the bureau's desk. Law: who adds accounts need not be able to change them, and a new account may nothing.

Second factors are taken away with a reason on record, and are shown to nobody.
"""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from config.accounts import lockout, second_factor

# Above what gives rights or takes a second factor away: whoever signed in long ago gives password or code again.
lately = method_decorator(reauthentication_required(app="accounts"))
RESET, UNLOCK = "accounts.reset_second_factor", "accounts.unlock_account"

for hidden in (EmailAddress, Authenticator):  # the last one would show the secrets
    admin.site.unregister(hidden)
admin.site.unregister(User)


class WhyForm(forms.Form):
    """Why somebody's second factor is taken away."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("How you made sure that it is the person who asks, for instance by a call back."),
    )


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Django asks for the right to change accounts of whoever adds one; that right would reach up to superuser."""

    @lately
    @method_decorator(sensitive_post_parameters())
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        words = {"auto_populated_fields": (), "username_help_text": User._meta.get_field("username").help_text}
        return admin.ModelAdmin.add_view(self, request, form_url, {**words, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/second-factor/", view(self.reset_second_factor), name="auth_user_second_factor"),
            path("<int:pk>/unlock/", view(require_POST(self.unlock)), name="auth_user_unlock"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        user = self.get_object(request, object_id)
        if self.has_change_permission(request, user):
            return self._changing(request, object_id, form_url, self._told(request, user) | (extra_context or {}))
        return super().change_view(request, object_id, form_url, self._told(request, user) | (extra_context or {}))

    @lately
    def _changing(self, request: HttpRequest, *args: Any) -> HttpResponse:
        return super().change_view(request, *args)

    @lately
    @method_decorator(sensitive_post_parameters())
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        return super().user_change_password(request, id, form_url)

    def _told(self, request: HttpRequest, user: User | None) -> dict[str, Any]:
        return {
            "has_second_factor": user is not None and second_factor.has_one(user),
            "may_reset": user is not None and request.user.has_perm(RESET) and self._may_reset(request, user),
            "may_unlock": request.user.has_perm(UNLOCK),
        }

    @lately
    def reset_second_factor(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for a reason, then take it away; the person sets up a new one at the next sign-in."""
        user = get_object_or_404(User, pk=pk)
        if not request.user.has_perm(RESET) or not self._may_reset(request, user):
            raise PermissionDenied
        form = WhyForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            second_factor.reset(user)
            reason = form.cleaned_data["reason"]
            self.log_change(request, user, _("Second factor taken away. Reason: %(reason)s") % {"reason": reason})
            messages.success(request, _("Taken away. %(user)s was signed out everywhere.") % {"user": user})
            return redirect("admin:auth_user_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Take the second factor away"),
            "account": user,
            "form": form,
        }
        return TemplateResponse(request, "admin/auth/user/second_factor.html", context)

    def unlock(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = get_object_or_404(User, pk=pk)
        if not request.user.has_perm(UNLOCK):
            raise PermissionDenied
        lockout.unlock(user)
        self.log_change(request, user, _("Unlocked after failed tries."))
        messages.success(request, _("Unlocked: %(user)s may try again at once.") % {"user": user})
        return redirect("admin:auth_user_change", pk)

    def _may_reset(self, request: HttpRequest, user: User) -> bool:
        return isinstance(request.user, User) and second_factor.may_reset(user, by=request.user)
