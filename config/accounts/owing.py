"""What a person owes before anything else: a new password in place of an old one, a second factor.

Law: whoever owes it reaches the page that settles it, what that page needs, and the sign-out. Machines have no session.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from config.accounts import passwords, second_factor

_MACHINES = "/api/"
_WAYS_OUT = {"account_logout", "pushes:sign-out", "admin:logout"}
_PASSWORD = "account_change_password"  # noqa: S105 - a page's name
_SECOND_FACTOR = "mfa_activate_totp"
# What each debt leaves open beside the ways out.
_OPEN = {
    _PASSWORD: {_PASSWORD},
    _SECOND_FACTOR: {_SECOND_FACTOR, _PASSWORD, "account_reauthenticate"},
}


class OwedFirst:
    """Middleware, below the one that knows who is signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        """Lead to what is owed, in the order in which it is."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        if request.path.startswith(_MACHINES) or name in _WAYS_OUT or not isinstance(request.user, User):
            return None
        owed = _owed(request, request.user)
        return redirect(f"{reverse(owed)}?owed=yes") if owed and name not in _OPEN[owed] else None


def _owed(request: HttpRequest, user: User) -> str | None:
    if passwords.is_overdue(request):
        return _PASSWORD
    if second_factor.is_required(user) and not second_factor.has_one(user):
        return _SECOND_FACTOR
    return None
