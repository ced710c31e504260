"""Secrets of channels: made, kept, followed by new ones, ended.

Law: a secret is in the open once, to whoever makes it. A new one does not cut the line: the former still counts for
SECRET_OVERLAP_DAYS, or until it is ended.
"""

import base64
import secrets
from datetime import datetime, timedelta

import asyncssh
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from pushes import errors
from pushes.channels.webhook import PREFIX
from pushes.models import Channel, ChannelKind, ChannelSecret, SecretKind
from pushes.secrets_at_rest import enclose

_SIGNING_BYTES = 32
_TOLD = (SecretKind.PASSWORD, SecretKind.TOKEN)  # to the other side, whoever that is


def new_signing_secret(*, channel: Channel, by: User, now: datetime) -> str:
    """The next signing secret, in the form in which receivers take it. From now on both sign."""
    secret = PREFIX + base64.b64encode(secrets.token_bytes(_SIGNING_BYTES)).decode()
    _follow(channel, SecretKind.SIGNING, secret, by=by, now=now)
    return secret


def new_key_pair(*, channel: Channel, by: User, now: datetime) -> str:
    """An SFTP channel's next key pair; returns the public key, which the institution lets in. Both are offered."""
    pair = asyncssh.generate_private_key("ssh-ed25519", comment="zzkj-registry")
    public = pair.export_public_key().decode().strip()
    _follow(channel, SecretKind.PRIVATE_KEY, pair.export_private_key().decode(), public=public, by=by, now=now)
    return public


def keep_password(*, channel: Channel, password: str, by: User, now: datetime) -> None:
    """The password that an institution gave for its SFTP server, or the token for its platform. The former one ends at
    once.
    """
    kind = SecretKind.PASSWORD if channel.kind == ChannelKind.SFTP else SecretKind.TOKEN
    with transaction.atomic():
        _follow(channel, kind, password, by=by, now=now)
        ChannelSecret.objects.filter(channel=channel, kind=kind, until__isnull=False).delete()


def end_former(*, channel: Channel) -> int:
    """From now on the newest secret alone counts; returns how many were ended."""
    ended, _rows = ChannelSecret.objects.filter(channel=channel, until__isnull=False).delete()
    return ended


def forget_passwords(*, channel: Channel) -> int:
    """What is told to a server would be told to another one: returns how many passwords and tokens were forgotten."""
    forgotten, _rows = ChannelSecret.objects.filter(channel=channel, kind__in=_TOLD).delete()
    return forgotten


def _fitting(channel: Channel) -> tuple[SecretKind, ...]:
    if channel.signs():
        return (SecretKind.SIGNING,)
    if channel.is_let_in():
        return (SecretKind.PASSWORD, SecretKind.PRIVATE_KEY) if channel.has_key_pair() else (SecretKind.TOKEN,)
    return ()


def _follow(channel: Channel, kind: SecretKind, secret: str, *, by: User, now: datetime, public: str = "") -> None:
    if kind not in _fitting(channel):
        raise errors.WrongKindOfSecret(str(channel))
    with transaction.atomic():
        Channel.objects.select_for_update().get(pk=channel.pk)
        of_it = ChannelSecret.objects.filter(channel=channel)
        of_it.filter(until__lte=now).delete()
        of_it.filter(until=None).update(until=now + timedelta(days=settings.SECRET_OVERLAP_DAYS))
        ChannelSecret.objects.create(
            channel=channel, kind=kind, enclosed=enclose(secret), public=public, since=now, made_by=by
        )
