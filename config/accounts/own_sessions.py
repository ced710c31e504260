"""The page on which a person sees where the account is signed in, and ends what is not wanted. Law: their own alone."""

import re

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.accounts import sessions
from config.accounts.models import Ending

_BROWSERS = (
    ("Edg/", "Edge"), ("MicroMessenger/", "微信"), ("Firefox/", "Firefox"), ("OPR/", "Opera"), ("Chrome/", "Chrome"),
    ("Safari/", "Safari"), ("Trident/", "Internet Explorer"),
)  # fmt: skip
_SYSTEMS = (
    ("OpenHarmony", "HarmonyOS"), ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"),
    ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def device(user_agent: str) -> str:
    """What a browser says of itself, in two words; empty where it says nothing that is known."""
    found = (next((name for sign, name in known if sign in user_agent), "") for known in (_BROWSERS, _SYSTEMS))
    return " · ".join(filter(None, found))


@require_safe
@login_required
def own_sessions(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)  # noqa: S101 - the page is for signed-in people
    here = sessions.own_key(request)
    found = [
        {"visit": visit, "device": device(visit.browser), "here": visit.session_key == here}
        for visit in sessions.live(request.user)
    ]
    return render(request, "account/sessions.html", {"found": found, "others": len(found) > 1})


@require_POST
@login_required
def end_session(request: HttpRequest) -> HttpResponse:
    """One of them, or all but the one that asks."""
    assert isinstance(request.user, User)  # noqa: S101 - the page is for signed-in people
    named = request.POST.get("visit", "")
    if not named:
        sessions.end_all(request.user, ending=Ending.OWNER)
        messages.success(request, _("You are signed out everywhere but here."))
    elif re.fullmatch(r"[0-9]{1,18}", named) and sessions.end_one(user=request.user, pk=int(named), now=timezone.now()):
        messages.success(request, _("You are signed out there."))
    return redirect("account_sessions")
