"""Failed tries: counted by allauth's rate limits in the cache, by account and by address; told in minutes, undone here.

Law: user name and e-mail address of an account are one count, and so is a name that nobody has: trying tells nothing.
"""

import math
import time
from typing import Any

from allauth.core.internal import ratelimit
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from config.auditing.recording import note

LOCKED = "too_many_login_attempts"  # allauth's name for it
_COUNTED = {"app": "allauth.account", "action": "login_failed"}


def key_of_name(name: str) -> str:
    """Under which tries with this name are counted."""
    named = Q(username__iexact=name) | Q(email__iexact=name) | Q(emailaddress__email__iexact=name)
    pk = User.objects.filter(named).order_by("pk").values_list("pk", flat=True).first() if "\x00" not in name else None
    return f"account:{pk}" if pk else f"name:{name.lower()}"


def key_of_codes(user: User) -> str:
    """Under which allauth counts tries at the second factor."""
    return f"mfa-auth-user-{user.pk}"


def locked(request: HttpRequest, key: str) -> ValidationError:
    """What a person reads who must wait, with how long; noted in the log."""
    pk = key.removeprefix("account:").removeprefix("mfa-auth-user-")
    known = User.objects.filter(pk=pk).first() if pk.isdecimal() else None
    about: dict[str, Any] = {"model": "auth.user", "key": pk, "label": known.get_username()} if known else {}
    note("sign_in", "locked", success=False, **about)
    minutes = max(1, math.ceil(_seconds_left(request, key) / 60))
    words = _(
        "Too many tries have failed. Please wait %(minutes)s minutes and try again, or ask whoever looks after "
        "accounts to unlock yours."
    )
    return ValidationError(words % {"minutes": minutes}, code=LOCKED)


def unlock(user: User) -> None:
    """Forget the failed tries at this account; those from an address still count."""
    for key in (f"account:{user.pk}", key_of_codes(user)):
        for rate in ratelimit.get_rates(**_COUNTED):
            if rate.per == "key":
                cache.delete(ratelimit.get_cache_key(None, **_COUNTED, rate=rate, key=key))


def _seconds_left(request: HttpRequest, key: str) -> float:
    """Until the oldest of the tries that fill a limit is forgotten."""
    left = 0.0
    for rate in ratelimit.get_rates(**_COUNTED):
        tries = cache.get(ratelimit.get_cache_key(request, **_COUNTED, rate=rate, key=key), [])
        if len(tries) >= rate.amount:
            left = max(left, tries[-1] + rate.duration - time.time())
    return left
