"""Accounts at the bureau's desk. Law: who adds accounts need not be able to change them, and a new account may nothing.

Roles are given, single permissions are a superuser's to grant. Nobody changes the own account here, and a superuser's
none but superusers. Second factors are taken away with a reason on record, and are shown to nobody.
"""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from config.accounts import closing, lockout, passwords, second_factor
from config.accounts.giving import PURPOSES, AccountForm, belongs_to_an_institution, told
from config.accounts.rights import RightsField, said
from config.accounts.roles import DEPARTMENTS

# Above what gives rights or takes a second factor away: whoever signed in long ago gives password or code again.
lately = method_decorator(reauthentication_required(app="accounts"))
RESET, UNLOCK = "accounts.reset_second_factor", "accounts.unlock_account"

for hidden in (EmailAddress, Authenticator):  # the last one would show the secrets
    admin.site.unregister(hidden)
for ours in (User, Group):
    admin.site.unregister(ours)
_PERSON = ("username", "password", "last_name", "first_name", "email", "is_active")
_DATES = (pgettext_lazy("account", "Dates"), {"fields": ("last_login", "date_joined")})


class WhyForm(forms.Form):
    """Why somebody's second factor is taken away."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        help_text=gettext_lazy("How you made sure that it is the person who asks, for instance by a call back."),
    )


class KindFilter(admin.SimpleListFilter):
    """Whose account it is."""

    title = gettext_lazy("kind of account")
    parameter_name = "kind"
    _KINDS = {
        "staff": (gettext_lazy("the bureau's"), {"is_staff": True}),
        "others": (gettext_lazy("others"), {"is_staff": False}),
        "superusers": (gettext_lazy("superusers"), {"is_superuser": True}),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(kind, words) for kind, (words, _which) in self._KINDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        chosen = self._KINDS.get(self.value() or "")
        return queryset.filter(**chosen[1]) if chosen else queryset


class UnusedFilter(admin.SimpleListFilter):
    title = gettext_lazy("use")
    parameter_name = "unused"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("unused for %(days)s days") % {"days": settings.ACCOUNT_UNUSED_DAYS})]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset & closing.unused(timezone.now()) if self.value() == "yes" else queryset


@admin.register(User)
class AccountAdmin(UserAdmin):
    """Django asks for the right to change accounts of whoever adds one; that right would reach up to superuser."""

    form = AccountForm
    list_display = ("username", "full_name", "email", "roles", "is_active", "last_login")
    list_filter = (KindFilter, UnusedFilter, "is_active", "groups")
    filter_horizontal = ("user_permissions",)
    readonly_fields = ("last_login", "date_joined")
    actions = ["close"]

    class Media:
        css = {"all": ["admin-extra.css"]}

    @admin.display(description=gettext_lazy("name"), ordering="last_name")
    def full_name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display(description=gettext_lazy("roles and departments"))
    def roles(self, user: User) -> str:
        held = [group.name for group in user.groups.all()]
        return "、".join([*([_("superuser")] if user.is_superuser else []), *sorted(held)]) or "–"

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """An institution's person holds no role; past the roles only a superuser grants anything."""
        if obj is None:
            return super().get_fieldsets(request, obj)
        theirs: tuple[str, ...] = () if belongs_to_an_institution(obj) else ("groups",)
        if request.user.is_superuser:
            theirs = ("is_staff", "is_superuser", *theirs, "user_permissions")
        roles = [(gettext_lazy("Roles and departments"), {"fields": theirs})] if theirs else []
        return [(None, {"fields": _PERSON}), *roles, _DATES]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        if obj is None or not isinstance(request.user, User):
            return allowed
        return allowed and closing.may_change(obj, by=request.user)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Accounts are closed: what they did stays theirs."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if change and not obj.is_staff:
            obj.groups.clear()  # before it is staff no more: roles are of staff alone
        super().save_model(request, obj, form, change)
        if not change:
            passwords.must_be_changed(obj)

    @lately
    @method_decorator(sensitive_post_parameters())
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Whoever is given a password by another changes it at the next sign-in."""
        before = User.objects.filter(pk=id).values_list("password", flat=True).first() if id.isdecimal() else None
        with transaction.atomic():
            answer: HttpResponse = super().user_change_password(request, id, form_url)
            user = User.objects.filter(pk=id).first() if before is not None else None
            if user and user.pk != request.user.pk and user.password != before:
                passwords.must_be_changed(user)
        return answer

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with what the security administrator should look at."""
        told_of = {
            "superusers": User.objects.filter(is_superuser=True, is_active=True).order_by("username"),
            "unused": closing.unused(timezone.now()).count(),
            "unused_days": settings.ACCOUNT_UNUSED_DAYS,
        }
        return super().changelist_view(request, told_of | (extra_context or {}))

    @admin.action(description=gettext_lazy("Close the chosen accounts"), permissions=["change"])
    def close(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        assert isinstance(request.user, User)  # noqa: S101 - the admin is for signed-in people
        chosen = list(queryset)
        closed = closing.close(users=chosen, by=request.user)
        for user in closed:
            self.log_change(request, user, _("Closed."))
        messages.success(request, _("%(count)s accounts were closed and signed out.") % {"count": len(closed)})
        left = [user.get_username() for user in chosen if user.is_active and user not in closed]
        if left:
            words = _("Left as they are, since they are not yours to close: %(names)s.")
            messages.warning(request, words % {"names": "、".join(left)})

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

    def _told(self, request: HttpRequest, user: User | None) -> dict[str, Any]:
        return {
            "has_second_factor": user is not None and second_factor.has_one(user),
            "may_reset": user is not None and request.user.has_perm(RESET) and self._may_reset(request, user),
            "may_unlock": request.user.has_perm(UNLOCK),
            "of_an_institution": user is not None and belongs_to_an_institution(user),
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


@admin.register(Group)
class RolesAdmin(GroupAdmin):
    """What each role may. The standard ones are as the product says; a bureau makes others beside them."""

    list_display = ("name", "purpose")

    @admin.display(description=gettext_lazy("what it is for"))
    def purpose(self, group: Group) -> str:
        return told(group) if group.pk else "–"

    @admin.display(description=pgettext_lazy("role", "rights"))
    def rights(self, group: Group) -> str:
        held = group.permissions.select_related("content_type")
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((said(one),) for one in held)))

    def get_fields(self, request: HttpRequest, obj: Group | None = None) -> Any:
        """Whoever may only look sees rights by what they are called, too."""
        may = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return ("name", "purpose", "permissions" if may and not _is_standard(obj) else "rights")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest | None = None, **more: Any) -> Any:
        return super().formfield_for_manytomany(db_field, request, **{**more, "form_class": RightsField})

    def get_readonly_fields(self, request: HttpRequest, obj: Group | None = None) -> Any:
        return ("name", "purpose", "rights") if _is_standard(obj) else ("purpose", "rights")

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return super().has_delete_permission(request, obj) and obj is not None and not _is_standard(obj)


def _is_standard(group: Group | None) -> bool:
    return group is not None and (group.name in PURPOSES or group.name in DEPARTMENTS)
