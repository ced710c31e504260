"""The bureau is told of objections that are due or overdue. Law: one mail a day, however many workers, while any is."""

import logging
from datetime import datetime, time

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from enterprises.models import ENDED, Objection, ObjectionReminder

logger = logging.getLogger(__name__)

_FROM = time(9)
_SHOWN = 20


def open_objections() -> QuerySet[Objection]:
    """Those that are not decided, what is due first."""
    return Objection.objects.exclude(state__in=ENDED).order_by("due_on", "pk")


def remind(*, now: datetime) -> ObjectionReminder | None:
    """Write to the bureau in the morning of a day on which something is due; returns the day's row."""
    today = localdate(now)
    due = open_objections().filter(due_on__lte=today)
    if localtime(now).time() < _FROM or not due.exists():
        return None
    ObjectionReminder.objects.bulk_create([ObjectionReminder(day=today)], ignore_conflicts=True)
    with transaction.atomic():
        reminder = ObjectionReminder.objects.select_for_update(skip_locked=True).filter(day=today).first()
        if reminder is None or reminder.sent_at:
            return reminder
        reminder.tries += 1
        reminder.addresses = ", ".join(settings.BUREAU_MAIL)
        reminder.failure = _send(due)[:300]
        reminder.sent_at = None if reminder.failure else now
        reminder.save()
    return reminder


def _send(due: QuerySet[Objection]) -> str:
    """Send the mail; returns why it could not be."""
    with translation.override(settings.LANGUAGE_CODE):
        if not settings.BUREAU_MAIL:
            return _("No address is set (BUREAU_MAIL).")
        count = due.count()
        subject = _("%(count)s objections are due or overdue") % {"count": count}
        lines = [_("These objections are to be decided today, or were before:")]
        lines += [f"· {one.number} {one.due_on:%Y-%m-%d} {one.get_state_display()}" for one in due[:_SHOWN]]
        lines += [_("… and %(more)s more") % {"more": count - _SHOWN}] if count > _SHOWN else []
        try:
            send_mail(subject, "\n".join(lines), None, settings.BUREAU_MAIL)
        except OSError as error:  # smtplib's own errors are of its kind
            logger.exception("reminder of objections")
            return f"{type(error).__name__}: {error}"
    return ""
