"""Keys of institutions' machines at the bureau's desk: made, shown once, rotated, revoked; never edited."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from pushes import keying
from pushes.admin.forms import KeyForm
from pushes.admin.showing import lately, require
from pushes.errors import KeyEnded
from pushes.models import AccessKey

ADD, REVOKE = "pushes.add_accesskey", "pushes.change_accesskey"


@admin.register(AccessKey)
class AccessKeyAdmin(admin.ModelAdmin):
    list_display = ["prefix", "institution", "name", "scopes_told", "valid", "expires_at", "last_used_at"]
    list_filter = ["institution"]
    list_select_related = ["institution"]
    search_fields = ["prefix", "name", "institution__name"]
    fields = [
        "institution", "prefix", "name", "scopes_told", "made_at", "made_by", "expires_at", "revoked_at",
        "last_used_at",
    ]  # fmt: skip
    readonly_fields = ["scopes_told"]
    actions = None

    class Media:
        css = {"all": ["admin-extra.css"]}

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("pushes.view_accesskey") or request.user.has_perm(REVOKE)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        revoke = self.admin_site.admin_view(require_POST(self.revoke))
        rotate = self.admin_site.admin_view(require_POST(self.rotate))
        return [
            path("<int:pk>/revoke/", revoke, name="pushes_accesskey_revoke"),
            path("<int:pk>/rotate/", rotate, name="pushes_accesskey_rotate"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("scopes"))
    def scopes_told(self, key: AccessKey) -> str:
        return key.scope_names()

    @admin.display(description=gettext_lazy("valid"), boolean=True)
    def valid(self, key: AccessKey) -> bool:
        return key.is_valid(timezone.now())

    @lately
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Make a key; the answer shows it, and nothing shows it again."""
        by = require(request, ADD)
        form = KeyForm(request.POST or None)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("New access key"),
            "form": form,
        }
        if request.method == "POST" and form.is_valid():
            typed = form.cleaned_data
            key, context["fresh"] = keying.make_key(
                institution=typed["institution"],
                name=typed["name"],
                days=typed["days"],
                scopes=typed["scopes"],
                by=by,
                now=timezone.now(),
            )
            self.log_addition(request, key, _("Made."))
            context["key"] = key
        return TemplateResponse(request, "admin/pushes/accesskey/add.html", context)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        key = self.get_object(request, object_id)
        told = {
            "may_revoke": key is not None and key.revoked_at is None and request.user.has_perm(REVOKE),
            "may_rotate": key is not None and self.valid(key) and request.user.has_perms([ADD, REVOKE]),
        }
        return super().change_view(request, object_id, form_url, told | (extra_context or {}))

    @lately
    def rotate(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make the key's successor; the answer shows it, and nothing shows it again."""
        require(request, REVOKE)
        by = require(request, ADD)
        former = get_object_or_404(AccessKey, pk=pk)
        try:
            key, fresh = keying.rotate(key=former, by=by, now=timezone.now())
        except KeyEnded as error:
            messages.error(request, str(error))
            return redirect("admin:pushes_accesskey_change", pk)
        self.log_change(request, former, _("Rotated."))
        self.log_addition(request, key, _("Made."))
        former.refresh_from_db()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("New access key"),
            "fresh": fresh,
            "key": key,
            "former": former,
        }
        return TemplateResponse(request, "admin/pushes/accesskey/add.html", context)

    def revoke(self, request: HttpRequest, pk: int) -> HttpResponse:
        require(request, REVOKE)
        key = get_object_or_404(AccessKey, pk=pk)
        keying.revoke(key=key, now=timezone.now())
        self.log_change(request, key, _("Revoked."))
        messages.success(request, _("Revoked: from now on this key opens nothing."))
        return redirect("admin:pushes_accesskey_change", pk)
