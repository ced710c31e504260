"""Keys for institutions' machines: made, shown once, recognised, rotated, revoked. Law: only a digest is kept."""

import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from pushes import errors
from pushes.models import AccessKey, Institution, Scope

_MARK = "zzkj_"
_NAMED = len(_MARK) + 8  # characters that name a key and are kept
_SECRET_BYTES = 32


def make_key(
    *,
    institution: Institution,
    name: str,
    days: int,
    by: User,
    now: datetime,
    scopes: Iterable[str] = (Scope.FETCH,),
) -> tuple[AccessKey, str]:
    """A new key for so many days; the text is all that opens anything, and is nowhere kept.

    Raises `KeyTooLong`, `KeyWithoutScope`.
    """
    if not 1 <= days <= settings.ACCESS_KEY_DAYS:
        raise errors.KeyTooLong(settings.ACCESS_KEY_DAYS)
    chosen = set(scopes)
    if not chosen:
        raise errors.KeyWithoutScope
    text = f"{_MARK}{secrets.token_hex(4)}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    key = AccessKey.objects.create(
        institution=institution,
        name=name,
        prefix=text[:_NAMED],
        digest=_digest(text),
        scopes=[scope.value for scope in Scope if scope in chosen],
        made_at=now,
        made_by=by,
        expires_at=now + timedelta(days=days),
    )
    return key, text


def use(*, text: str, now: datetime) -> AccessKey:
    """The valid key with this text, noted as used now. Raises a `KeyRefused`."""
    known = AccessKey.objects.select_related("institution").filter(prefix=text[:_NAMED])
    key = known.first() if text.isprintable() else None
    if key is None or not hmac.compare_digest(key.digest, _digest(text)):
        raise errors.NoSuchKey
    if not key.is_valid(now):
        raise errors.KeyEnded(key.prefix)
    AccessKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key


def rotate(*, key: AccessKey, by: User, now: datetime) -> tuple[AccessKey, str]:
    """A new key that opens the same, for as long as the former was made for; the former ends after the overlap.

    Raises `KeyEnded`: what opens nothing any more is not renewed, but made anew by somebody who may.
    """
    with transaction.atomic():
        former = AccessKey.objects.select_for_update().select_related(None).get(pk=key.pk)
        if not former.is_valid(now):
            raise errors.KeyEnded(former.prefix)
        days = min(max((former.expires_at - former.made_at).days, 1), settings.ACCESS_KEY_DAYS)
        fresh, text = make_key(
            institution=former.institution, name=former.name, days=days, scopes=former.scopes, by=by, now=now
        )
        ends = min(former.expires_at, now + timedelta(days=settings.KEY_OVERLAP_DAYS))
        AccessKey.objects.filter(pk=former.pk).update(expires_at=ends)
    return fresh, text


def revoke(*, key: AccessKey, now: datetime) -> None:
    """From now on the key opens nothing; revoked twice, the first time counts."""
    AccessKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now)


def _digest(text: str) -> str:
    """Of 32 random bytes: nothing to guess, so nothing to slow down."""
    return sha256(text.encode()).hexdigest()
