"""Mails to enterprises go out. Law: one at a time, each in its row's own transaction; a server that is down is left
alone for a while, and what it refuses is tried again, ever more rarely, and then no more.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from enterprises.models import Mail
from enterprises.watch_links import end_address

logger = logging.getLogger(__name__)

_AT_ONCE = 200  # in one sweep
MOST_TRIES = 10
_FIRST_WAIT = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(hours=12)


def send_due(*, clock: Callable[[], datetime]) -> int:
    """Send what is due; returns how many went out. Nothing goes out where no mail server is named."""
    if not settings.MAIL_CONFIGURED:
        return 0
    sent = 0
    for _turn in range(_AT_ONCE):
        went = _send_next(clock())
        if not went:
            break  # nothing is due, or the server is down
        sent += 1
    return sent


def _send_next(now: datetime) -> bool:
    with transaction.atomic():
        due = Mail.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            sent_at=None, due_at__lte=now, tries__lt=MOST_TRIES
        )
        mail = due.select_related("objection", "watch").order_by("due_at", "pk").first()
        if mail is None:
            return False
        mail.tries += 1
        mail.failure = _sent(mail)[:300]
        if mail.failure:
            mail.due_at = now + min(_FIRST_WAIT * 2 ** (mail.tries - 1), _LONGEST_WAIT)
        else:
            mail.sent_at = now
        mail.save()
    return not mail.failure


def _sent(mail: Mail) -> str:
    """Send it; returns why it could not be."""
    address = mail.watch.address if mail.watch else mail.objection.contact_mail if mail.objection else ""
    if not address:
        return "–"
    headers = {"Auto-Submitted": "auto-generated"}
    if mail.watch:
        end = end_address(mail.watch)
        headers |= {"List-Unsubscribe": f"<{end}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    try:
        EmailMessage(mail.subject, mail.words, None, [address], headers=headers).send()
    except (OSError, ValueError) as error:  # smtplib's own errors are of the first kind, bad headers of the second
        said = f"{type(error).__name__}: {error}".replace(address, "…")  # the address is its owner's alone
        logger.warning("mail %s: %s", mail.pk, said)
        return said
    return ""
