"""Step 5 of the path, watched over: an edition that is due and not sealed is told to the bureau, daily, until it is.

Law: one mail a day, however many workers; each is a row, and one that could not be sent is tried again the same day.
"""

import logging
from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import translation
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from enterprises import editions
from enterprises.calendar import due_at, finished_quarter
from enterprises.models import EditionReminder
from enterprises.queries import sealed_editions

logger = logging.getLogger(__name__)


def overdue(*, now: datetime) -> str:
    """The last finished quarter, where its edition is due by now and none stands sealed; else nothing."""
    quarter = finished_quarter(localdate(now))
    if localtime(now) < due_at(quarter, settings.EDITION_DUE_DAYS, settings.EDITION_DUE_TIME, localtime(now).tzinfo):
        return ""
    return "" if sealed_editions().filter(quarter=quarter).exists() else quarter


def remind(*, now: datetime) -> EditionReminder | None:
    """Tell the bureau of an overdue edition, unless it was told today; returns the day's row, where one is due.

    The row is held while the mail is sent: another worker goes past it. Whatever keeps the mail from being sent is
    kept in the row, and the next sweep tries again.
    """
    quarter, today = overdue(now=now), localdate(now)
    if not quarter:
        return None
    EditionReminder.objects.bulk_create([EditionReminder(quarter=quarter, day=today)], ignore_conflicts=True)
    with transaction.atomic():
        rows = EditionReminder.objects.select_for_update(skip_locked=True)
        reminder = rows.filter(quarter=quarter, day=today).first()
        if reminder is None or reminder.sent_at:
            return reminder
        reminder.tries += 1
        reminder.addresses = ", ".join(settings.BUREAU_MAIL)
        reminder.failure = _send(quarter)[:300]
        reminder.sent_at = None if reminder.failure else now
        reminder.save()
    return reminder


def _send(quarter: str) -> str:
    """Send the mail; returns why it could not be."""
    with translation.override(settings.LANGUAGE_CODE):
        if not settings.BUREAU_MAIL:
            return _("No address is set (BUREAU_MAIL).")
        subject = _("The edition of %(quarter)s is due and not sealed") % {"quarter": quarter}
        try:
            send_mail(subject, _words(quarter), None, settings.BUREAU_MAIL)
        except OSError as error:  # smtplib's own errors are of its kind
            logger.exception("reminder of %s", quarter)
            return f"{type(error).__name__}: {error}"
    return ""


def _words(quarter: str) -> str:
    lines = [_("No institution has received the edition of %(quarter)s yet.") % {"quarter": quarter}]
    draft = editions.standing_draft(quarter)
    red = editions.red_guards(draft) if draft and not editions.is_overruled(draft) else []
    if draft is None:
        lines.append(_("It has not been cut. See what the worker's log says of the quarter's run."))
    elif red:
        lines.append(_("%(label)s waits as a draft, for guards are red:") % {"label": draft.label})
        lines += [f"· {result.words}" for result in red]
        lines.append(_("A second person overrules them in the admin with a reason, or the lists are mended."))
    else:
        lines.append(_("%(label)s waits as a draft for a person to seal it.") % {"label": draft.label})
    lines.append(_("You are told each day until it is sealed."))
    return "\n".join(lines)
