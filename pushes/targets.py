"""Step 6 of the path: a channel's row becomes what its way is told, with its secrets disclosed (reads only).

Law: secrets are in the open here and in what is built here, for as long as one sending takes, and nowhere else.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from pushes import channels, errors
from pushes.channels import authorising, calling, email, platform, sftp, webhook
from pushes.channels.parcel import OUR_FAULT, Answer
from pushes.channels.parcel import Channel as Way
from pushes.models import Channel, ChannelKind, ChannelSecret, Finish, KnownBy, SecretKind
from pushes.secrets_at_rest import disclose

_WITHOUT_MAIL = "django.core.mail.backends.console.EmailBackend"


def way(channel: Channel, *, now: datetime) -> Way:
    """The channel as something that is given a parcel; where it lacks what it needs, it answers with just that."""
    send = channels.CHANNELS[channel.kind]
    target_of = _TARGETS.get(channel.kind)
    if target_of is None:
        return send
    try:
        return partial(send, target_of(channel, now))
    except errors.PushesError as error:
        answer = Answer("passing", str(error), code=OUR_FAULT)
        return lambda parcel: answer


def withdrawal(channel: Channel, number: UUID, edition: str, *, now: datetime) -> Answer:
    """Tell a platform that an edition was withdrawn. Raises `ChannelNotReady`, `SecretUnreadable`."""
    return platform.withdraw(_platform(channel, now), number, edition)


def has_mail_server() -> bool:
    """Whether mails go out at all: without a server, they would be written to a terminal and count as sent."""
    return bool(settings.EMAIL_BACKEND != _WITHOUT_MAIL)


def rules() -> calling.Rules:
    """What this installation may call. An upload ends while its lease still holds."""
    return calling.Rules(
        networks=tuple(settings.CALL_NETWORKS),
        ports=tuple(settings.CALL_PORTS),
        ca_file=settings.CALL_CA_FILE,
        answer_seconds=settings.CALL_ANSWER_SECONDS,
        upload_seconds=settings.DELIVERY_LEASE_SECONDS * 0.8,
    )


def _email(channel: Channel, now: datetime) -> email.Target:
    if not has_mail_server():
        raise errors.NoMailServer
    return email.Target(tuple(channel.addresses), settings.DEFAULT_FROM_EMAIL)


def _webhook(channel: Channel, now: datetime) -> webhook.Target:
    return webhook.Target(channel.url, _valid(channel, now, SecretKind.SIGNING), rules())


def _sftp(channel: Channel, now: datetime) -> sftp.Target:
    kinds = (SecretKind.PASSWORD, SecretKind.PRIVATE_KEY)
    passwords, keys = (_secrets(channel, now, kind) for kind in kinds)
    if not passwords and not keys:
        raise errors.ChannelNotReady(str(channel))
    return sftp.Target(
        host=channel.host,
        port=channel.port,
        username=channel.username,
        host_key=channel.host_key,
        folder=channel.folder,
        rename=channel.finish == Finish.RENAME,
        password=next(iter(passwords), None),
        private_keys=keys,
        rules=rules(),
    )


def _platform(channel: Channel, now: datetime) -> platform.Target:
    base = channel.url.rstrip("/")
    return platform.Target(
        state=base + channel.state_path,
        batches=base + channel.batches_path,
        withdrawals=base + channel.withdrawals_path,
        page_size=channel.page_size,
        compressed=channel.compressed,
        authority=_authority(channel, now),
        rules=rules(),
    )


def _authority(channel: Channel, now: datetime) -> authorising.Authority:
    if channel.known_by == KnownBy.SIGNATURE:
        return authorising.Signature(_valid(channel, now, SecretKind.SIGNING))
    newest = _valid(channel, now, SecretKind.TOKEN)[0]
    if channel.known_by == KnownBy.GRANT:
        return authorising.Grant(channel.grant_url, channel.client_id, newest, rules())
    return authorising.Token(newest)


_TARGETS: dict[str, Callable[[Channel, datetime], object]] = {
    ChannelKind.EMAIL: _email,
    ChannelKind.WEBHOOK: _webhook,
    ChannelKind.SFTP: _sftp,
    ChannelKind.PLATFORM: _platform,
}


def _valid(channel: Channel, now: datetime, kind: SecretKind) -> tuple[str, ...]:
    found = _secrets(channel, now, kind)
    if not found:
        raise errors.ChannelNotReady(str(channel))
    return found


def _secrets(channel: Channel, now: datetime, kind: SecretKind) -> tuple[str, ...]:
    """Those valid now, the newest first."""
    valid = ChannelSecret.objects.filter(Q(until=None) | Q(until__gt=now), channel=channel, kind=kind)
    return tuple(disclose(secret.enclosed) for secret in valid)
