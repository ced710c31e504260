"""Where a person is signed in: noted at each sign-in, few at a time, ended before their time.

Law: whoever ends a session deletes Django's row; what stays of it here is why, for the person to be told.
"""

from datetime import datetime, timedelta

from allauth.core import context
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from config.accounts.models import Ending, Visit

KEY = "visit"  # the session's own key as it was noted: Django changes it with the password
_REMEMBERED = timedelta(days=1)


def begin(*, request: HttpRequest, user: User, address: str | None, now: datetime) -> None:
    """Note a sign-in; where that is one too many, the oldest ends."""
    former = request.session.get(KEY, "")
    if not request.session.session_key:
        request.session.save()
    key = request.session[KEY] = str(request.session.session_key)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)  # of two at once each counts the other
        Visit.objects.filter(session_key__in=[former, key]).delete()
        others = live(user)
        Visit.objects.filter(user=user).exclude(pk__in=[visit.pk for visit in others]).exclude(
            ended_at__gt=now - _REMEMBERED
        ).delete()
        browser = request.META.get("HTTP_USER_AGENT", "")[:200]
        Visit.objects.create(user=user, session_key=key, began_at=now, address=address, browser=browser)
        most = settings.STAFF_SESSIONS if user.is_staff else settings.INSTITUTION_SESSIONS
        if most and len(others) >= most:
            _end(Visit.objects.filter(pk__in=[visit.pk for visit in others[most - 1 :]]), Ending.ELSEWHERE, now)


def live(user: User) -> list[Visit]:
    """Where the person is signed in now, the newest first, each with when it was last used as `seen_at`."""
    now, age = timezone.now(), timedelta(seconds=settings.SESSION_COOKIE_AGE)
    visits = list(Visit.objects.filter(user=user, ended_at=None).order_by("-began_at", "-pk"))
    keys = [visit.session_key for visit in visits]
    current = user.get_session_auth_hash()
    found = {
        session.pk: session.expire_date - age
        for session in Session.objects.filter(pk__in=keys, expire_date__gt=now)
        if session.get_decoded().get(HASH_SESSION_KEY) == current
    }
    going_on = [visit for visit in visits if visit.session_key in found]
    for visit in going_on:
        vars(visit)["seen_at"] = found[visit.session_key]
    return going_on


def own_key(request: HttpRequest) -> str:
    """Under which this request's own session is noted; empty where it is not."""
    return str(request.session.get(KEY, ""))


def follow(request: HttpRequest) -> None:
    """Django gave the session another key: the note of it follows."""
    noted, key = request.session.get(KEY), request.session.session_key
    if noted and key and noted != key:
        Visit.objects.filter(session_key=noted).update(session_key=key)
        request.session[KEY] = key


def end_one(*, user: User, pk: int, now: datetime) -> bool:
    """End one of the person's own; whether there was such a one."""
    return bool(_end(Visit.objects.filter(user=user, pk=pk, ended_at=None), Ending.OWNER, now))


def end_all(user: User, *, ending: Ending = Ending.CHANGED) -> int:
    """Sign the person out everywhere; where they do it themselves, everywhere else."""
    request = context.request
    is_own = request is not None and hasattr(request, "session") and request.user.pk == user.pk
    visits = Visit.objects.filter(user=user, ended_at=None)
    return _end(visits.exclude(session_key=own_key(request)) if is_own else visits, ending, timezone.now())


def why_ended(key: str) -> str:
    """Why the session of this key was ended by others; empty where it was not, or is long ago."""
    ended = Visit.objects.filter(session_key=key, ended_at__gt=timezone.now() - _REMEMBERED)
    return ended.values_list("ending", flat=True).first() or ""


def _end(visits: "QuerySet[Visit]", ending: Ending, now: datetime) -> int:
    with transaction.atomic():
        keys = list(visits.select_for_update().values_list("session_key", flat=True))
        Visit.objects.filter(session_key__in=keys).update(ended_at=now, ending=ending)
        Session.objects.filter(pk__in=keys).delete()
    return len(keys)
