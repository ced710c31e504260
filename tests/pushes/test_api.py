"""What machines fetch with a key: their institution's packages, each fetch with its receipt."""

import hashlib
import json
from datetime import timedelta
from ipaddress import ip_network
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.http import FileResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from standardwebhooks import Webhook

from enterprises.editions import withdraw
from enterprises.models import Edition
from pushes import delivering, errors, keying, resending, rotating
from pushes.models import (
    AccessKey,
    Channel,
    ChannelKind,
    Delivery,
    DeliveryState,
    Institution,
    InstitutionState,
    Receipt,
)
from tests.pushes.making import institution, person
from tests.pushes.peers.receiver import Receiver


@pytest.fixture
def officer(db: None) -> User:
    return person("officer", None, staff=True)


@pytest.fixture
def keys(officer: User, summer: Edition) -> dict[str, str]:
    """Of two institutions, to whom both editions were delivered."""
    made = {}
    for code in ("bank-a", "bank-b"):
        _key, made[code] = keying.make_key(
            institution=institution(code), name="core", days=30, by=officer, now=timezone.now()
        )
    delivering.sweep(clock=timezone.now)
    return made


def package_of(code: str, quarter: str = "2026Q3", kind: ChannelKind = ChannelKind.PORTAL) -> Delivery:
    return Delivery.objects.get(channel__institution__code=code, channel__kind=kind, edition__quarter=quarter)


def url(delivery: Delivery | UUID) -> str:
    return f"/api/v1/deliveries/{delivery.pk if isinstance(delivery, Delivery) else delivery}/package"


def get(address: str, key: str, **headers: str) -> Any:
    sent = {"Authorization": f"Bearer {key}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return Client().get(address, headers=sent, REMOTE_ADDR="198.51.100.7")


def content(response: Any) -> bytes:
    assert isinstance(response, FileResponse)
    return response.getvalue()


def is_problem(response: Any, status: int) -> str:
    """Its words for a person."""
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    told = response.json()
    assert told["status"] == status and told["title"] and told["type"].startswith("http")
    return str(told.get("detail", ""))


def test_a_machine_fetches_what_its_institution_got(keys: dict[str, str]) -> None:
    made = package_of("bank-a")
    response = get(url(made), keys["bank-a"])
    assert response.status_code == 200 and response["Cache-Control"] == "private, no-store"
    got, receipt = content(response), Receipt.objects.get()
    assert response["ETag"] == f'"{hashlib.sha256(got).hexdigest()}"'
    assert (receipt.user, receipt.key, receipt.address) == (None, keys["bank-a"][:13], "198.51.100.7")
    assert (receipt.delivery, receipt.sha256) == (made, hashlib.sha256(got).hexdigest())
    assert AccessKey.objects.get(institution__code="bank-a").last_used_at is not None


def test_a_fetch_that_broke_off_goes_on(keys: dict[str, str]) -> None:
    made, key = package_of("bank-a"), keys["bank-a"]
    whole = content(get(url(made), key))
    size, etag = len(whole), f'"{hashlib.sha256(whole).hexdigest()}"'
    for asked, part in ((f"{size // 2}-", whole[size // 2 :]), ("0-9", whole[:10]), (f"10-{size * 9}", whole[10:])):
        response = get(url(made), key, range=f"bytes={asked}", if_range=etag)
        assert response.status_code == 206 and content(response) == part
        assert response["Content-Length"] == str(len(part))
        assert response["Content-Range"].endswith(f"/{size}")
    assert Receipt.objects.count() == 4


@pytest.mark.parametrize("more", [{"if_range": '"another"'}, {}])
def test_what_is_no_part_of_it_is_sent_whole(keys: dict[str, str], more: dict[str, str]) -> None:
    asked = "bytes=5-9" if more else "bytes=0-1,5-6"
    response = get(url(package_of("bank-a")), keys["bank-a"], range=asked, **more)
    assert response.status_code == 200 and content(response)[:2] == b"PK"


def test_a_part_beyond_the_end_is_none(keys: dict[str, str]) -> None:
    response = get(url(package_of("bank-a")), keys["bank-a"], range="bytes=99999999-")
    is_problem(response, 416)
    assert not Receipt.objects.exists()


def test_what_a_machine_has_it_need_not_fetch(keys: dict[str, str]) -> None:
    made = package_of("bank-a")
    assert made.package is not None
    assert get(url(made), keys["bank-a"], if_none_match=f'"{made.package.sha256}"').status_code == 304
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("method", ["head", "post", "put", "delete"])
def test_nothing_but_getting(keys: dict[str, str], method: str) -> None:
    response = getattr(Client(), method)(url(package_of("bank-a")), HTTP_AUTHORIZATION=f"Bearer {keys['bank-a']}")
    assert (response.status_code, response["Allow"]) == (405, "GET")


class TestWhoIsLetIn:
    """A key × whose delivery × the contract's state."""

    def test_anothers_delivery_is_not_found(self, keys: dict[str, str]) -> None:
        theirs = is_problem(get(url(package_of("bank-b")), keys["bank-a"]), 404)
        assert theirs == is_problem(get(url(UUID(int=1)), keys["bank-a"]), 404)
        assert not Receipt.objects.exists()

    @pytest.mark.parametrize(
        "header",
        ["", "Bearer", "Bearer ", "Bearer zzkj_", "Basic YTpi", "Bearer zzkj_\x00", "Bearer 钥匙", "Bearer {wrong}"],
    )
    def test_without_a_key_nothing_opens(self, keys: dict[str, str], header: str) -> None:
        sent = header.replace("{wrong}", keys["bank-a"][:-1] + "!")
        response = Client().get(url(package_of("bank-a")), HTTP_AUTHORIZATION=sent)
        is_problem(response, 401)
        assert response["WWW-Authenticate"] == "Bearer"

    def test_a_person_signed_in_is_no_machine(self, keys: dict[str, str]) -> None:
        client = Client()
        client.force_login(person("clerk-a", Institution.objects.get(code="bank-a")))
        is_problem(client.get(url(package_of("bank-a"))), 401)

    def test_a_key_that_was_revoked_opens_nothing(self, keys: dict[str, str]) -> None:
        keying.revoke(key=AccessKey.objects.get(institution__code="bank-a"), now=timezone.now())
        assert keys["bank-a"][:13] in is_problem(get(url(package_of("bank-a")), keys["bank-a"]), 401)
        assert get(url(package_of("bank-b")), keys["bank-b"]).status_code == 200

    def test_a_key_ends_on_its_day(self, officer: User, summer: Edition) -> None:
        made = institution()
        _key, text = keying.make_key(institution=made, name="x", days=1, by=officer, now=timezone.now())
        keying.use(text=text, now=timezone.now() + timedelta(hours=23))
        with pytest.raises(errors.KeyEnded):
            keying.use(text=text, now=timezone.now() + timedelta(days=1))

    @pytest.mark.parametrize(
        "change",
        [
            {"state": InstitutionState.SUSPENDED},
            {"state": InstitutionState.ENDED},
            {"contract_until": timezone.localdate() - timedelta(days=1)},
        ],
    )
    def test_no_contract_no_data(self, keys: dict[str, str], change: dict[str, object]) -> None:
        Institution.objects.filter(code="bank-a").update(**change)
        assert "示范银行（bank-a）" in is_problem(get(url(package_of("bank-a")), keys["bank-a"]), 403)
        assert not Receipt.objects.exists()

    def test_a_withdrawn_edition_is_not_handed_out(self, keys: dict[str, str], summer: Edition) -> None:
        withdraw(edition=summer, reason="名单有误", now=timezone.now())
        is_problem(get(url(package_of("bank-a")), keys["bank-a"]), 404)


class TestWhatANoticeToldOf:
    @pytest.fixture
    def told(self, keys: dict[str, str]) -> Delivery:
        """A webhook whose answer we have not read yet."""
        Channel.objects.create(
            institution=Institution.objects.get(code="bank-a"), kind=ChannelKind.WEBHOOK, url="https://bank.example/"
        )
        delivering.plan(now=timezone.now())
        made, portal = package_of("bank-a", kind=ChannelKind.WEBHOOK), package_of("bank-a")
        Delivery.objects.filter(pk=made.pk).update(package=portal.package)
        return made

    def test_it_may_be_fetched_at_once(self, told: Delivery, keys: dict[str, str]) -> None:
        assert told.state == DeliveryState.WAITING
        assert get(url(told), keys["bank-a"]).status_code == 200
        assert get(url(told), keys["bank-b"]).status_code == 404

    def test_but_not_while_the_channel_is_paused(self, told: Delivery, keys: dict[str, str]) -> None:
        Channel.objects.filter(pk=told.channel_id).update(paused=True)
        assert get(url(told), keys["bank-a"]).status_code == 404


def test_from_the_notice_to_the_package(
    keys: dict[str, str], officer: User, receiver: Receiver, settings: Settings
) -> None:
    """What a receiver does: believe the notice, fetch where it says, compare the sum."""
    settings.CALL_NETWORKS, settings.CALL_PORTS = [ip_network("127.0.0.0/8")], [receiver.port]
    settings.CALL_CA_FILE = str(receiver.certificate)
    bank = Institution.objects.get(code="bank-a")
    channel = Channel.objects.create(institution=bank, kind=ChannelKind.WEBHOOK, url=receiver.url("/good/whole-way"))
    secret = rotating.new_signing_secret(channel=channel, by=officer, now=timezone.now())
    delivering.sweep(clock=timezone.now)
    call = next(call for call in receiver.calls if call.path == "/good/whole-way" and b"2026Q3" in call.body)
    told = Webhook(secret).verify(call.body, call.headers)["data"]
    assert told["fetch"].startswith(f"{settings.SITE_ADDRESS}/api/v1/")
    response = get(told["fetch"].removeprefix(settings.SITE_ADDRESS), keys["bank-a"])
    assert hashlib.sha256(content(response)).hexdigest() == told["sha256"]
    assert str(Receipt.objects.get().delivery_id) == call.headers["webhook-id"]


def test_a_trial_by_a_paused_channel_tells_an_address_that_opens(
    summer: Edition, officer: User, receiver: Receiver, settings: Settings
) -> None:
    settings.CALL_NETWORKS, settings.CALL_PORTS = [ip_network("127.0.0.0/8")], [receiver.port]
    settings.CALL_CA_FILE = str(receiver.certificate)
    bank = institution("bank-c")
    bank.channels.all().delete()
    hook = Channel.objects.create(institution=bank, kind=ChannelKind.WEBHOOK, url=receiver.url("/good/tried"))
    _key, key = keying.make_key(institution=bank, name="core", days=30, by=officer, now=timezone.now())
    delivering.sweep(clock=timezone.now)  # without a secret nothing is sent: its delivery waits
    Channel.objects.filter(pk=hook.pk).update(paused=True)
    Channel.objects.create(institution=bank)
    delivering.sweep(clock=timezone.now)
    rotating.new_signing_secret(channel=hook, by=officer, now=timezone.now())
    resending.try_channel(channel=hook, by=officer, now=timezone.now())
    resending.send_asked(clock=timezone.now)
    told = json.loads(next(call for call in receiver.calls if call.path == "/good/tried").body)
    assert told["type"] == "edition.trial"
    response = get(told["data"]["fetch"].removeprefix(settings.SITE_ADDRESS), key)
    assert hashlib.sha256(content(response)).hexdigest() == told["data"]["sha256"]


def test_a_package_lost_from_the_store_is_said(keys: dict[str, str]) -> None:
    made = package_of("bank-a")
    assert made.package is not None
    made.package.file.storage.delete(str(made.package.file.name))
    is_problem(get(url(made), keys["bank-a"]), 503)
    assert not Receipt.objects.exists()


def test_only_a_digest_of_a_key_is_kept(keys: dict[str, str]) -> None:
    key = AccessKey.objects.get(institution__code="bank-a")
    assert keys["bank-a"] not in str(vars(key)) and key.digest == hashlib.sha256(keys["bank-a"].encode()).hexdigest()
    assert keys["bank-a"].startswith(key.prefix) and len(keys["bank-a"]) > 50


@pytest.mark.parametrize("days", [0, 366])
def test_no_key_is_for_ever(officer: User, days: int) -> None:
    with pytest.raises(errors.KeyTooLong):
        keying.make_key(institution=institution(), name="x", days=days, by=officer, now=timezone.now())
