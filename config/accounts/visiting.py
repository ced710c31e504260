"""A person's sessions as requests come: too old ones end, and whoever was signed out by something learns why.

Law: it asks the database nothing of whoever is signed in, and nothing at all without a session's cookie.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.accounts import freshness, sessions
from config.accounts.models import Ending

_TOLD = {
    Ending.ELSEWHERE: _(
        "You were signed out because this account was signed in on another device. If that was not you, change the "
        "password at once and tell whoever looks after accounts."
    ),
    Ending.OWNER: _("You were signed out from another of your devices."),
    Ending.CHANGED: _("You were signed out because password, rights or second factor of this account were changed."),
}
_TOO_OLD = _("You signed in long ago. Please sign in again.")


class Visits:
    """Middleware, below those that know who is signed in and what to tell them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        cookie = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        if cookie:
            _judge(request, cookie)
        response = self._get_response(request)
        if request.session.accessed:
            sessions.follow(request)
        return response


def _judge(request: HttpRequest, cookie: str) -> None:
    if request.user.is_authenticated:
        if not sessions.own_key(request) or not freshness.is_fresh(request, 3600 * settings.SESSION_HOURS):
            logout(request)
            messages.warning(request, str(_TOO_OLD))
        return
    if request.session.is_empty() and (ending := sessions.why_ended(cookie)):
        messages.warning(request, str(_TOLD[Ending(ending)]))


def note_sign_in(sender: Any, request: HttpRequest, user: Any, **_more: Any) -> None:
    """Django's signal of a sign-in, by whatever way."""
    try:
        address = get_adapter().get_client_ip(request)
    except PermissionDenied:  # of a request that came round the proxy, nobody knows
        address = None
    sessions.begin(request=request, user=user, address=address, now=timezone.now())
