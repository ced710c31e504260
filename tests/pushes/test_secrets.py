"""Secrets of channels: shown once, followed without a gap, and what a channel is told with them."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

import asyncssh
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from pytest_django import Settings

from pushes import errors, rotating, targets
from pushes.channels.parcel import OUR_FAULT, Answer
from pushes.models import Channel, ChannelKind, ChannelSecret
from tests.pushes.making import institution, person
from tests.pushes.parcels import parcel
from tests.pushes.peers.files import PASSWORD, Files
from tests.pushes.peers.mailbox import Mailbox
from tests.pushes.peers.receiver import Receiver

NOW = datetime(2026, 10, 1, 7, 0, tzinfo=UTC)
OVERLAP = timedelta(days=settings.SECRET_OVERLAP_DAYS)


@pytest.fixture
def by(db: None) -> User:
    return person("officer", None, staff=True)


@pytest.fixture
def inside(settings: Settings) -> None:
    """This machine is as good as a bank's line."""
    settings.CALL_NETWORKS = [ip_network("127.0.0.0/8")]


def channel(kind: ChannelKind, **fields: Any) -> Channel:
    return Channel.objects.create(institution=institution(), kind=kind, **fields)


def webhook(url: str = "https://bank.example/hook") -> Channel:
    return channel(ChannelKind.WEBHOOK, url=url)


def sftp(host_key: str = "ssh-ed25519 AAAA", port: int = 22) -> Channel:
    return channel(ChannelKind.SFTP, host="127.0.0.1", port=port, username="bank", host_key=host_key)


def sent(made: Channel, now: datetime = NOW) -> Answer:
    return targets.way(made, now=now)(parcel())


def signatures(receiver: Receiver) -> int:
    return receiver.calls[-1].headers["webhook-signature"].count("v1,")


def test_a_webhook_is_signed_with_what_is_valid_then(
    by: User, receiver: Receiver, settings: Settings, inside: None
) -> None:
    settings.CALL_PORTS, settings.CALL_CA_FILE = [receiver.port], str(receiver.certificate)
    made = webhook(receiver.url("/good"))
    assert sent(made).outcome == "passing"  # it has no secret yet
    for day in (0, 1):
        rotating.new_signing_secret(channel=made, by=by, now=NOW + timedelta(days=day))
    assert sent(made, NOW + timedelta(days=1)).outcome == "delivered" and signatures(receiver) == 2
    assert sent(made, NOW + timedelta(days=1) + OVERLAP).outcome == "delivered" and signatures(receiver) == 1


def test_a_secret_is_new_each_time_and_lies_enclosed(by: User) -> None:
    made = webhook()
    shown = {rotating.new_signing_secret(channel=made, by=by, now=NOW) for _ in range(3)}
    assert len(shown) == 3
    for kept in ChannelSecret.objects.all():
        assert not any(secret.removeprefix("whsec_") in kept.enclosed for secret in shown)
    assert ChannelSecret.objects.get(until=None).made_by == by


def test_the_former_secret_can_be_ended_at_once_and_what_ended_is_forgotten(by: User) -> None:
    made = webhook()
    rotating.new_signing_secret(channel=made, by=by, now=NOW)
    rotating.new_signing_secret(channel=made, by=by, now=NOW)
    assert rotating.end_former(channel=made) == 1
    rotating.new_signing_secret(channel=made, by=by, now=NOW)
    rotating.new_signing_secret(channel=made, by=by, now=NOW + OVERLAP)
    assert ChannelSecret.objects.count() == 2


def test_a_password_and_then_a_key_pair_open_the_door(by: User, sftp_server: Files, inside: None) -> None:
    made = sftp(sftp_server.host_key, sftp_server.port)
    assert sent(made).outcome == "passing"
    rotating.keep_password(channel=made, password="wrong", by=by, now=NOW)
    assert sent(made).outcome == "permanent"
    rotating.keep_password(channel=made, password=PASSWORD, by=by, now=NOW)
    assert sent(made).outcome == "delivered"
    sftp_server.public_keys[:] = [rotating.new_key_pair(channel=made, by=by, now=NOW)]
    rotating.end_former(channel=made)
    assert sent(made).outcome == "delivered"


def test_a_new_password_ends_the_former_one(by: User) -> None:
    made = sftp()
    rotating.new_key_pair(channel=made, by=by, now=NOW)
    for password in ("one", "two"):
        rotating.keep_password(channel=made, password=password, by=by, now=NOW)
    assert sorted(ChannelSecret.objects.values_list("kind", flat=True)) == ["password", "private_key"]


def test_a_key_pair_shows_its_public_half(by: User) -> None:
    made = sftp()
    public = rotating.new_key_pair(channel=made, by=by, now=NOW)
    kept = ChannelSecret.objects.get()
    assert kept.public == public and asyncssh.import_public_key(public).get_algorithm() == "ssh-ed25519"
    assert "PRIVATE" not in kept.enclosed


def test_each_kind_has_its_own_secrets(by: User) -> None:
    with pytest.raises(errors.WrongKindOfSecret):
        rotating.keep_password(channel=webhook(), password="x", by=by, now=NOW)
    with pytest.raises(errors.WrongKindOfSecret):
        rotating.new_signing_secret(channel=Channel.objects.get(kind=ChannelKind.PORTAL), by=by, now=NOW)


def test_a_secret_that_cannot_be_read_is_said_and_not_sent(by: User, settings: Settings) -> None:
    made = webhook()
    rotating.new_signing_secret(channel=made, by=by, now=NOW)
    settings.SECRETS_KEY = "another long random text"
    answer = sent(made)
    assert answer == ("passing", str(errors.SecretUnreadable()), "", OUR_FAULT)


def test_a_notice_goes_to_all_addresses(db: None, settings: Settings, mailbox: Mailbox) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
    mailbox.mails.clear()
    made = channel(ChannelKind.EMAIL, addresses=["a@bank.example", "b@bank.example"])
    assert sent(made).outcome == "delivered"
    assert [mail["To"] for mail in mailbox.mails] == ["a@bank.example", "b@bank.example"]


def test_a_mail_that_would_only_be_logged_is_not_delivered(db: None, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    made = channel(ChannelKind.EMAIL, addresses=["a@bank.example"])
    assert sent(made) == ("passing", str(errors.NoMailServer()), "", OUR_FAULT)


def test_an_upload_ends_before_its_lease(settings: Settings) -> None:
    assert 0 < targets.rules().upload_seconds < settings.DELIVERY_LEASE_SECONDS


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (ChannelKind.EMAIL, {}),
        (ChannelKind.WEBHOOK, {"url": "http://bank.example"}),
        (ChannelKind.SFTP, {"host": "h", "username": "u"}),
    ],
)
def test_the_database_knows_what_a_kind_needs(db: None, kind: ChannelKind, fields: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        channel(kind, **fields)
