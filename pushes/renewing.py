"""Secrets and keys in an institution's own hands: made, followed by new ones, ended.

Law: each act is on record and told to the institution's contacts, in the same step. No letter and no record holds a
secret.
"""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from pushes import keying, rotating, telling, wording
from pushes.models import AccessKey, Channel, Institution, LetterKind, SecretAct, SecretEvent


def renew_signing_secret(*, channel: Channel, by: User, now: datetime) -> str:
    """A webhook's next signing secret. Raises `WrongKindOfSecret`."""
    with transaction.atomic():
        fresh = rotating.new_signing_secret(channel=channel, by=by, now=now)
        _record(channel.institution, SecretAct.SIGNING_MADE, _named(channel), by, now)
    return fresh


def renew_key_pair(*, channel: Channel, by: User, now: datetime) -> str:
    """An SFTP channel's next key pair; returns its public half. Raises `WrongKindOfSecret`."""
    with transaction.atomic():
        public = rotating.new_key_pair(channel=channel, by=by, now=now)
        _record(channel.institution, SecretAct.PAIR_MADE, _named(channel), by, now)
    return public


def keep_password(*, channel: Channel, password: str, by: User, now: datetime) -> None:
    """The password of the institution's server, as it gives it. Raises `WrongKindOfSecret`."""
    with transaction.atomic():
        rotating.keep_password(channel=channel, password=password, by=by, now=now)
        _record(channel.institution, SecretAct.PASSWORD_KEPT, _named(channel), by, now)


def end_former(*, channel: Channel, by: User, now: datetime) -> int:
    """The newest secret alone counts from now on; returns how many were ended. Where none was, nothing is told."""
    with transaction.atomic():
        ended = rotating.end_former(channel=channel)
        if ended:
            _record(channel.institution, SecretAct.FORMER_ENDED, _named(channel), by, now)
    return ended


def make_key(
    *, institution: Institution, name: str, days: int, scopes: Iterable[str], by: User, now: datetime
) -> tuple[AccessKey, str]:
    """A machine's new key, and its text. Raises `KeyTooLong`, `KeyWithoutScope`."""
    with transaction.atomic():
        key, text = keying.make_key(institution=institution, name=name, days=days, scopes=scopes, by=by, now=now)
        _record(institution, SecretAct.KEY_MADE, str(key), by, now)
    return key, text


def replace_key(*, key: AccessKey, by: User, now: datetime) -> tuple[AccessKey, str]:
    """A key that opens the same, and its text; the former one still opens for KEY_OVERLAP_DAYS. Raises `KeyEnded`."""
    with transaction.atomic():
        fresh, text = keying.rotate(key=key, by=by, now=now)
        _record(key.institution, SecretAct.KEY_ROTATED, f"{key} → {fresh.prefix}…", by, now)
    return fresh, text


def revoke_key(*, key: AccessKey, by: User, now: datetime) -> None:
    """From now on the key opens nothing. Revoked twice, it is told once."""
    with transaction.atomic():
        if AccessKey.objects.select_for_update().filter(pk=key.pk, revoked_at=None).exists():
            keying.revoke(key=key, now=now)
            _record(key.institution, SecretAct.KEY_REVOKED, str(key), by, now)


def _named(channel: Channel) -> str:
    return str(channel.get_kind_display())


def _record(institution: Institution, act: SecretAct, subject: str, by: User, now: datetime) -> None:
    event = SecretEvent.objects.create(institution=institution, act=act, subject=subject[:200], by=by, at=now)
    telling.tell(
        about=f"{LetterKind.SECRET}/{event.pk}",
        kind=LetterKind.SECRET,
        words=wording.secret_touched(event),
        institution=institution,
        now=now,
    )
