"""Troubles become rows, and rows become mails: when one begins, each day while it lasts, and when it is over.

Law: one mail a turn, whatever it tells; what could not be mailed is told by the next turn. Two turns never run at once.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import connection, transaction
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from config.watching.facts import Fact, line
from config.watching.models import Trouble

logger = logging.getLogger(__name__)

_AGAIN_AFTER = timedelta(days=1)
# What is back before this has passed was never over: a trouble that comes and goes is one, and not a mail each turn.
_SURELY_OVER = timedelta(minutes=30)
_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('watching.alerting'))"


def note(*, facts: Sequence[Fact], now: datetime) -> bool:
    """Open and close troubles by what was found, and mail what is to be told; False where another turn is at it."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_LOCK)
            if not cursor.fetchone()[0]:
                return False
        _write_down(facts, now)
        _tell(now)
    return True


def _write_down(facts: Sequence[Fact], now: datetime) -> None:
    for fact in facts:
        standing = Trouble.objects.filter(about=fact.about, ended_at=None)
        if not fact.ok and not standing.exists():
            _back(fact.about, now)
        if fact.ok:
            standing.update(ended_at=now)
        elif not standing.update(seen_at=now, words=_line(fact)):
            Trouble.objects.create(about=fact.about, words=_line(fact), since=now, seen_at=now)
    Trouble.objects.filter(ended_at__lt=now - timedelta(days=settings.WATCH_KEPT_DAYS)).delete()


def _back(about: str, now: datetime) -> None:
    """The trouble that was told of and whose end was not yet: it goes on."""
    lately = Trouble.objects.filter(
        about=about, told_at__isnull=False, end_told_at=None, ended_at__gt=now - _SURELY_OVER
    )
    Trouble.objects.filter(pk__in=lately.order_by("-ended_at").values("pk")[:1]).update(ended_at=None)


def _tell(now: datetime) -> None:
    """What was never mailed and is over was a moment's: nobody is told of it."""
    open_ones = list(Trouble.objects.filter(ended_at=None).order_by("since"))
    over = list(
        Trouble.objects.filter(ended_at__lte=now - _SURELY_OVER, told_at__isnull=False, end_told_at=None).order_by(
            "since"
        )
    )
    owed = [one for one in open_ones if one.told_at is None or one.told_at <= now - _AGAIN_AFTER]
    if (owed or over) and send(_subject(open_ones), _words(open_ones, over)):
        Trouble.objects.filter(pk__in=[one.pk for one in open_ones]).update(told_at=now)
        Trouble.objects.filter(pk__in=[one.pk for one in over]).update(end_told_at=now)


def send(subject: str, words: str) -> bool:
    """Mail the operators; whether it went. Where nobody is named, nothing goes."""
    if not settings.OPERATIONS_MAIL:
        return False
    try:
        send_mail(subject, words, None, settings.OPERATIONS_MAIL)
    except OSError:  # smtplib's own errors are of its kind
        logger.exception("the mail about troubles was not sent")
        return False
    return True


def subject_of_lost_database() -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return _("The registry's system: %(what)s") % {"what": _("the database does not answer")}


def _subject(open_ones: Sequence[Trouble]) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        what = _("%(count)s troubles") % {"count": len(open_ones)} if open_ones else _("all is well again")
        return _("The registry's system: %(what)s") % {"what": what}


def _words(open_ones: Sequence[Trouble], over: Sequence[Trouble]) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        lines = [_("Site: %(site)s") % {"site": settings.SITE_ADDRESS}]
        if open_ones:
            lines += ["", _("What is amiss:"), *(f"· {one.words}{_since(one.since)}" for one in open_ones)]
        if over:
            lines += ["", _("What is over:"), *(f"· {one.words}{_since(one.since)}" for one in over)]
        lines += [
            "",
            _("All of it, and what to do, is in the admin under “State of the system” and in docs/drills.md."),
        ]
    return "\n".join(lines)


def _since(moment: datetime) -> str:
    return _(" (since %(moment)s)") % {"moment": f"{localtime(moment):%Y-%m-%d %H:%M}"}


def _line(fact: Fact) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return line(fact)
