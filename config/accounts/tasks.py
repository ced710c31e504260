"""Mails about accounts, sent by a worker.

Law: a page answers as quickly whether an account exists or not, and no token lies in the broker: the worker makes it.
A mail that does not go is not tried again: its link would be old, and whoever waits for it asks once more.
"""

import logging

from allauth.account.forms import default_token_generator
from allauth.account.utils import filter_users_by_email, user_pk_to_url_str
from celery import shared_task
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.mail import send_mail as send
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

logger = logging.getLogger(__name__)

_OUTDATED_SECONDS = 1800


@shared_task(name="accounts.send_mail", expires=_OUTDATED_SECONDS)
def send_mail(subject: str, text: str, to: str) -> None:
    """One mail to one person."""
    try:
        send(subject, text, None, [to])
    except Exception:  # what is said of it stands in the log; the act that it tells of has happened
        logger.exception("mail about an account: %s", subject)


@shared_task(name="accounts.mail_password_reset", expires=_OUTDATED_SECONDS)
def mail_password_reset(email: str) -> None:
    """A link to set a new password, where there is an open account with this address; else nothing."""
    with translation.override(settings.LANGUAGE_CODE):
        for user in filter_users_by_email(email, is_active=True, prefer_verified=True):
            key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
            told = {
                "user": user,
                "link": f"{settings.SITE_ADDRESS}{reverse('account_reset_password_from_key', kwargs=key)}",
                "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
            }
            subject = " ".join(render_to_string("account/email/password_reset_key_subject.txt", told).split())
            text = render_to_string("account/email/password_reset_key_message.txt", told).strip()
            send_mail(subject, text, email)


@shared_task(name="accounts.clear_sessions")
def clear_sessions() -> None:
    """Sessions that ran out are no use to anybody but a thief."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
