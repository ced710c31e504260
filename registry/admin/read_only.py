"""What the admin's desks have in common: rows to look at, steps to take, rows found by a part of a name."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from registry.admin.paging import Quick
from registry.forms import ReasonForm
from registry.identifiers import clean_code
from registry.names import name_key
from registry.searching import names_with


class ReadOnlyAdmin(Quick):
    """Rows that acts alone write: seen by whoever may view them, edited and deleted by nobody."""

    actions: Sequence[str] | None = None

    class Media:
        css = {"all": ["admin-extra.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """What the page of one row shows beyond its own fields."""
        return {}

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        if obj is not None and not self.has_view_permission(request, obj):
            raise PermissionDenied
        page = self.page(request, obj) if obj is not None else {}
        return super().change_view(request, object_id, form_url, {**page, **(extra_context or {})})

    def take(
        self,
        request: HttpRequest,
        obj: Any,
        step: Callable[[], object],
        *,
        done: str,
        expected: type[Exception],
        then: Callable[[], str] | None = None,
    ) -> HttpResponseRedirect:
        """Take a step, say how it went, note it in the admin's history, and go back to the row's page.

        Where the step succeeded, `then` says which address comes next instead.
        """
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk])
        try:
            step()
        except expected as error:
            messages.error(request, str(error))
        else:
            self.log_change(request, obj, done)
            messages.success(request, done)
            address = then() if then else address
        return HttpResponseRedirect(address)


def require(request: HttpRequest, permission: str) -> User:
    """Who asks; raises `PermissionDenied` for whoever lacks the permission."""
    if not isinstance(request.user, User) or not request.user.has_perm(permission):
        raise PermissionDenied
    return request.user


def reason_of(request: HttpRequest) -> str:
    """The reason that was posted; empty, with a message said, where it is missing or too long."""
    form = ReasonForm(request.POST)
    if form.is_valid():
        return str(form.cleaned_data["reason"])
    messages.error(request, _("Give a reason of at most 300 characters. Nothing was done."))
    return ""


def matching(queryset: QuerySet[Any], text: str, *, codes: tuple[str, ...]) -> QuerySet[Any]:
    """Rows whose code or number is exactly `text`, or whose name contains it, however it is spelt."""
    if not text.strip():
        return queryset
    wanted, code = named(text), clean_code(text)
    for field in codes if code else ():
        wanted |= Q(**{field: code})
    return queryset.filter(wanted)


def named(text: str, field: str = "name_key") -> Q:
    """The condition that a folded name contains the text; many names are met soon without the dictionary's help."""
    key = name_key(text)
    names = names_with(key)
    return Q(**{f"{field}__contains": key}) if names is None else Q(**{f"{field}__in": names})
