"""What the desks of deliveries have in common: rows to look at, steps to take."""

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.decorators import method_decorator

from pushes.errors import PushesError
from registry.admin.paging import Quick

# Above a page or step that touches secrets or rights: whoever signed in long ago gives password or code again.
lately = method_decorator(reauthentication_required(app="pushes"))


class Shown:
    """Rows that are looked at and never touched."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ShownAdmin(Shown, Quick):
    class Media:
        css = {"all": ["admin-extra.css"]}


def require(request: HttpRequest, permission: str) -> User:
    """Who asks; raises `PermissionDenied` for whoever lacks the permission."""
    if not isinstance(request.user, User) or not request.user.has_perm(permission):
        raise PermissionDenied
    return request.user


def take(
    request: HttpRequest, step: Callable[[], object], done: str, *, failures: type[Exception] = PushesError
) -> bool:
    """Take a step and say how it went; whether it went well."""
    try:
        step()
    except failures as error:
        messages.error(request, str(error))
        return False
    messages.success(request, done)
    return True
