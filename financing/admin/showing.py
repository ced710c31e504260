"""What the desks of financing have in common: who asks, rows that nobody touches, a step that is told of."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from financing.errors import FinancingError
from registry.admin.paging import Quick


class ShownAdmin(Quick):
    """Rows that acts alone write: seen by whoever may view them."""

    class Media:
        css = {"all": ["admin-extra.css"]}

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OfferedLookups(ShownAdmin):
    """Rows that may be asked for by what the filters offer, and by nothing else that an address could name: by the
    mistakes of a feedback, or to the second, one could find out whose a row is.
    """

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        names = [getattr(one, "parameter_name", one) for one in self.list_filter]
        offered = any(lookup == name or lookup.startswith(f"{name}__") for name in names)
        return offered and super().lookup_allowed(lookup, value, request)


def require(request: HttpRequest, permission: str) -> User:
    """Who asks; raises `PermissionDenied` for whoever lacks the permission."""
    if not isinstance(request.user, User) or not request.user.has_perm(permission):
        raise PermissionDenied
    return request.user


def take(request: HttpRequest, step: Callable[[], object], done: str) -> bool:
    """Take a step and say how it went; whether it went well."""
    try:
        step()
    except FinancingError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, done)
    return True
