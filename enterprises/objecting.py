"""An enterprise objects, answers, withdraws. Law: what it said stays as it said it; a secret of its own opens it.

The receipt number names an objection and opens nothing. Of the secret a digest is kept.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from enterprises import errors, stepping, telling
from enterprises.enclosing import Enclosure, kept
from enterprises.models import Enterprise, Objection, ObjectionAnswer, ObjectionKind, ObjectionState, SpecialDay
from enterprises.working_days import after
from registry.models import Entry

_SERIALS = 1_000_000


@dataclass(frozen=True)
class Claim:
    """What an enterprise's form says. `form` is drawn with the form: sent twice, it is filed once."""

    form: UUID
    kind: ObjectionKind
    name: str
    says: str
    code: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    contact_mail: str = ""
    enterprise: Enterprise | None = None
    entry: Entry | None = None


@dataclass(frozen=True)
class Filed:
    """An objection with its secret, which is told this once."""

    objection: Objection
    secret: str


def file(*, claim: Claim, enclosures: Sequence[Enclosure] = (), now: datetime) -> Filed:
    """Receive an objection. Raises `AlreadyFiled` where this very form was received."""
    _refuse_second(claim.form)
    try:
        return _filed(claim, enclosures, now)
    except IntegrityError:
        _refuse_second(claim.form)  # sent twice at once, the other was quicker
        raise


def _refuse_second(form: UUID) -> None:
    before = Objection.objects.filter(form=form).first()
    if before:
        raise errors.AlreadyFiled(before.number)


def _filed(claim: Claim, enclosures: Sequence[Enclosure], now: datetime) -> Filed:
    secret, today = secrets.token_urlsafe(32), localdate(now)
    with transaction.atomic():
        objection = Objection.objects.create(
            number=_number(today),
            secret_digest=_digest(secret),
            form=claim.form,
            kind=claim.kind,
            enterprise=claim.enterprise,
            entry=claim.entry,
            name=claim.name,
            code=claim.code,
            says=claim.says,
            contact_name=claim.contact_name,
            contact_phone=claim.contact_phone,
            contact_mail=claim.contact_mail,
            received_at=now,
            due_on=due_on(today),
        )
        with kept(objection, enclosures, now=now):
            stepping.note(objection, ObjectionState.RECEIVED, now=now, by=None)
            telling.received(objection, now=now)
    return Filed(objection, secret)


def due_on(day: date) -> date:
    """By which day what comes in on this one is decided."""
    special = dict(SpecialDay.objects.filter(day__gt=day).values_list("day", "works"))
    return after(day, settings.OBJECTION_WORKING_DAYS, special)


def year_is_known(day: date) -> bool:
    """Whether the holidays of a day's year have been entered; else only weekends are counted as free."""
    return SpecialDay.objects.filter(day__year=day.year).exists()


def followed(*, number: str, secret: str) -> Objection:
    """The objection of this number, for whoever has its secret. Raises `NoSuchObjection`."""
    found = Objection.objects.filter(number=number.strip().upper()).select_related("enterprise").first()
    known = found.secret_digest if found else _digest("")
    if not hmac.compare_digest(known, _digest(secret.strip())) or found is None:
        raise errors.NoSuchObjection
    return found


def answer(*, objection: Objection, text: str, enclosures: Sequence[Enclosure] = (), now: datetime) -> None:
    """Give the information that was asked for. Raises `ObjectionStateForbids`, `NothingSaid`."""
    if not text.strip():
        raise errors.NothingSaid
    with transaction.atomic():
        locked = stepping.locked(objection, ObjectionState.ASKED)
        with kept(locked, enclosures, now=now):
            ObjectionAnswer.objects.create(objection=locked, text=text.strip(), at=now)
            stepping.move(locked, ObjectionState.ANSWERED, now=now, by=None)


def withdraw(*, objection: Objection, now: datetime) -> None:
    """Let it rest, by the enterprise's own will. Raises `ObjectionStateForbids`.

    What waits for a second person is not taken back any more by the enterprise: its lists are staged.
    """
    with transaction.atomic():
        locked = stepping.locked(
            objection, ObjectionState.RECEIVED, ObjectionState.IN_WORK, ObjectionState.ASKED, ObjectionState.ANSWERED
        )
        stepping.move(locked, ObjectionState.WITHDRAWN, now=now, by=None)


def _number(today: date) -> str:
    """A receipt number of the day: drawn, so that none tells of another."""
    while True:
        number = f"YY-{today:%Y%m%d}-{secrets.randbelow(_SERIALS):06}"
        if not Objection.objects.filter(number=number).exists():
            return number


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
