"""Whoever touches secrets or rights proves again who they are. Law: what was typed into the form is kept nowhere.

Pages ask for it by allauth's `reauthentication_required`. allauth itself would keep the whole request in the session
and take it up again, passwords of servers and all; here the person comes back to the form.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _


class AskedAgain:
    """Middleware, below allauth's, so that it is asked first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Any) -> HttpResponseBase | None:
        """A form that was sent too late; a page that is only looked at is allauth's to bring back."""
        if request.method != "POST" or not isinstance(exception, ReauthenticationRequired):
            return None
        methods = get_adapter().get_reauthentication_methods(request.user)
        if not methods:
            return None
        messages.info(request, _("Nothing was done yet. Show that it is you, then send the form once more."))
        return HttpResponseRedirect(f"{methods[0]['url']}?{urlencode({'next': _form_of(request)})}")


def _form_of(request: HttpRequest) -> str:
    """The page that the form stands on, as the browser says; else where the person belongs."""
    said = request.headers.get("Referer", "")
    if said and get_adapter().is_safe_url(said):
        parts = urlsplit(said)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return str(get_adapter().get_login_redirect_url(request))
