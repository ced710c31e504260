"""What enterprises are told of their objections by mail. Law: the page is where it stands; a mail only says to look.

A mail names the receipt number and no secret, no data: it may be read by others.
"""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from enterprises.models import Mail, Objection


def received(objection: Objection, *, now: datetime) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        facts = {"number": objection.number, "day": objection.due_on.isoformat()}
        _write(
            objection,
            now,
            _("Your objection %(number)s was received") % facts,
            _("Your objection was received under %(number)s. It is to be decided by %(day)s.") % facts,
        )


def asked(objection: Objection, *, now: datetime) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        facts = {"number": objection.number}
        _write(
            objection,
            now,
            _("Your objection %(number)s: information is asked for") % facts,
            _("To go on with your objection %(number)s, staff ask you for information. The question is on its page.")
            % facts,
        )


def decided(objection: Objection, *, now: datetime) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        facts = {"number": objection.number}
        _write(
            objection,
            now,
            _("Your objection %(number)s was decided") % facts,
            _("Your objection %(number)s was decided. The decision and its reasons are on its page.") % facts,
        )


def _write(objection: Objection, now: datetime, subject: str, words: str) -> None:
    if not (objection.contact_mail and settings.MAIL_CONFIGURED):
        return
    address = f"{settings.SITE_ADDRESS}{reverse('enterprises:objection', args=[objection.number])}"
    how = _("Open it with the password that stood on your receipt:")
    Mail.objects.create(
        about=f"objection:{objection.number}:{objection.events.count()}:{objection.state}",
        objection=objection,
        subject=subject,
        words=f"{words}\n\n{how}\n{address}\n",
        made_at=now,
        due_at=now,
    )
