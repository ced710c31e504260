"""The e-mail channel: a notice with a link and what changed. Law: never the data itself.

Each address gets a mail of its own, so that one that is gone does not hide the others, nor is hidden by them. A mail
that comes twice has the same Message-ID.
"""

import smtplib
from dataclasses import dataclass
from hashlib import sha256

from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from pushes.channels.parcel import OUR_FAULT, Answer, Parcel


@dataclass(frozen=True)
class Target:
    """Whom to write to, and as whom."""

    addresses: tuple[str, ...]
    sender: str


@dataclass(frozen=True)
class _Refusal:
    address: str
    code: int
    words: str
    for_good: bool


def send(target: Target, parcel: Parcel) -> Answer:
    """Delivered once a mail server has taken the notice for at least one of the addresses; the others are named."""
    to = ", ".join(target.addresses)
    try:
        with get_connection() as connection:
            tried = [_mail(connection, target.sender, address, parcel) for address in target.addresses]
    except (OSError, smtplib.SMTPException) as error:
        words = _("The mail server cannot be used: %(reason)s") % {"reason": _plain(error)}
        return Answer("passing", words, to, OUR_FAULT)
    refusals = [refusal for refusal in tried if refusal]
    detail = "\n".join(f"{one.address}: {one.code} {one.words}".strip() for one in refusals)
    if len(refusals) < len(tried):
        return Answer("delivered", detail, to)
    code = str(refusals[0].code) if refusals else ""
    return Answer("permanent" if all(one.for_good for one in refusals) else "passing", detail, to, code)


def _mail(connection: object, sender: str, address: str, parcel: Parcel) -> _Refusal | None:
    """Send one notice; returns how it was refused. What is wrong with our own server or sender is raised."""
    code: int
    said: bytes | str
    try:
        notice(parcel, sender, address, connection).send()
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
    except smtplib.SMTPDataError as error:
        code, said = error.smtp_code, error.smtp_error
    else:
        return None
    return _Refusal(address, code, _decoded(said), 500 <= code < 600)


def notice(parcel: Parcel, sender: str, address: str, connection: object = None) -> EmailMultiAlternatives:
    """The mail, as plain text and as a simple page."""
    told = {"parcel": parcel, "summary": parcel.summary}
    subject = _("Zhengzhou registry of technology enterprises: edition %(edition)s") % {"edition": parcel.edition}
    if parcel.trial:
        subject = _("[Trial] %(subject)s") % {"subject": subject}
    number = sha256(f"{parcel.id}/{parcel.trial}/{address}".encode()).hexdigest()[:32]
    mail = EmailMultiAlternatives(
        subject,
        render_to_string("pushes/mail/edition.txt", told),
        sender,
        [address],
        connection=connection,
        headers={
            "Message-ID": f"<{number}@{sender.rpartition('@')[2].strip('> ')}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(render_to_string("pushes/mail/edition.html", told), "text/html")
    return mail


def _plain(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decoded(error.smtp_error)}"
    return str(error) or type(error).__name__


def _decoded(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())[:300]
