"""Step 6 of the path, told: letters to institutions' contacts and to the bureau, for what no channel can tell.

Law: no contract, no letter; but whoever was delivered an edition is told that it was withdrawn. A letter is a row,
held by one worker while its mail is sent; one that could not be sent is tried again, later each time.
"""

import logging
import random
from datetime import datetime
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from enterprises.mail_words import Words
from pushes import errors, queries, retrying, targets
from pushes.models import Institution, Letter, LetterKind, LetterState

logger = logging.getLogger(__name__)


def tell(*, about: str, kind: LetterKind, words: Words, institution: Institution | None, now: datetime) -> None:
    """Write a letter, unless the same was told; to the bureau where there is no institution."""
    letter = Letter(
        about=about,
        kind=kind,
        institution=institution,
        subject=" ".join(words.subject.split())[:200],
        words=words.text,
        made_at=now,
        due_at=now,
    )
    Letter.objects.bulk_create([letter], ignore_conflicts=True)


def send_due(*, now: datetime) -> int:
    """Send the letters that are due; returns how many went. A mail server that does not answer ends it for now."""
    sent = 0
    due = Letter.objects.filter(state=LetterState.WAITING, due_at__lte=now).order_by("due_at", "pk")
    for pk in list(due.values_list("pk", flat=True)):
        try:
            sent += _send_one(pk, now)
        except _ServerDown:
            break
    return sent


class _ServerDown(Exception):
    """What kept a letter from going would keep all others."""


def _send_one(pk: int, now: datetime) -> bool:
    down = False
    with transaction.atomic():
        waiting = Letter.objects.select_for_update(skip_locked=True, of=("self",)).filter(state=LetterState.WAITING)
        letter = waiting.filter(pk=pk, due_at__lte=now).select_related("institution").first()
        if letter is None:  # another worker has it, or had it
            return False
        if not _may_be_told(letter, now):
            letter.state = LetterState.DROPPED
        else:
            letter.tries += 1
            letter.due_at = now + retrying.wait(letter.tries, random.random())  # noqa: S311 - guards nothing
            letter.failure, down = _mail(letter)
            if not letter.failure:
                letter.state, letter.sent_at = LetterState.SENT, now
        letter.save()
    if down:
        raise _ServerDown
    return letter.state == LetterState.SENT


def _may_be_told(letter: Letter, now: datetime) -> bool:
    if letter.institution is None or letter.kind == LetterKind.WITHDRAWN:
        return True
    return Institution.objects.filter(queries.under_contract(localdate(now)), pk=letter.institution.pk).exists()


def _mail(letter: Letter) -> tuple[str, bool]:
    """Send the mail; returns why it could not be, and whether that is the server's state and no addressee's."""
    addresses = settings.BUREAU_MAIL
    if letter.institution:
        addresses = list(letter.institution.contacts.values_list("email", flat=True))
    letter.addresses = ", ".join(addresses)
    with translation.override(settings.LANGUAGE_CODE):
        if not addresses:
            missing = (
                _("The institution has no contact.") if letter.institution else _("No address is set (BUREAU_MAIL).")
            )
            return missing, False
        if not targets.has_mail_server():
            return str(errors.NoMailServer()), True
    try:
        send_mail(letter.subject, letter.words, None, addresses)
    except Exception as error:  # whatever is wrong with one letter, those behind it go
        logger.exception("letter %s", letter.about)
        down = isinstance(error, OSError) and not isinstance(error, SMTPRecipientsRefused)  # smtplib's are of its kind
        return f"{type(error).__name__}: {error}"[:300], down
    return "", False
