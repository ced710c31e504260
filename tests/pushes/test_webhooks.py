"""Webhooks to a real receiver, whose signatures are checked by the reference library."""

import base64
import json
import time
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils.translation import gettext
from standardwebhooks import Webhook, WebhookVerificationError

from pushes.channels import webhook
from pushes.channels.calling import Rules
from pushes.channels.parcel import Summary
from pushes.channels.webhook import Target
from tests.pushes.manual import program
from tests.pushes.parcels import parcel
from tests.pushes.peers.certificates import certificate
from tests.pushes.peers.receiver import Receiver

FIRST = "whsec_" + base64.b64encode(b"1" * 32).decode()
OTHER = "whsec_" + base64.b64encode(b"3" * 32).decode()
SECOND = "whsec_" + base64.b64encode(b"2" * 32).decode()

Make = Callable[[str], Target]


@pytest.fixture
def target(receiver: Receiver) -> Make:
    """A target on the receiver, which our machine alone may call in these tests."""
    rules = Rules(
        networks=(ip_network("127.0.0.0/8"),),
        ports=(receiver.port,),
        ca_file=str(receiver.certificate),
        connect_seconds=5,
        answer_seconds=5,
    )
    receiver.calls.clear()
    return lambda path: Target(receiver.url(path), (FIRST,), rules)


def test_the_reference_library_believes_it(receiver: Receiver, target: Make) -> None:
    answer = webhook.send(target("/good/a?tenant=7"), parcel())
    assert answer == ("delivered", "", receiver.url("/good/a"), "204")
    call = receiver.calls[0]
    assert call.path == "/good/a?tenant=7"
    assert Webhook(FIRST).verify(call.body, call.headers) == {
        "type": "edition.published",
        "data": {
            "edition": "ZZKJ-2026Q3-v1",
            "as_of": "2026-09-30",
            "sha256": parcel().sha256,
            "size": 45_000,
            "locked": False,
            "members": 6780,
            "added": 12,
            "removed": 3,
            "changed": 45,
            "since": "ZZKJ-2026Q2-v1",
            "fetch": parcel().fetch,
        },
    }
    assert call.headers["webhook-id"] == str(parcel().id)
    assert abs(int(call.headers["webhook-timestamp"]) - time.time()) < 60


def test_without_an_edition_to_compare_with_nothing_is_told_of_changes(receiver: Receiver, target: Make) -> None:
    webhook.send(target("/good"), replace(parcel(), summary=Summary(6780, 0, 0, 0)))
    data = json.loads(receiver.calls[0].body)["data"]
    assert (data["members"], data["added"], data["removed"], data["changed"], data["since"]) == (6780, *[None] * 4)


@pytest.mark.parametrize(("secret", "late", "body", "believed"), [
    (FIRST, 0, b"", True), (SECOND, 0, b"", False), (FIRST, 301, b"", False), (FIRST, 0, b" ", False),
])  # fmt: skip
def test_the_manuals_lines_believe_what_is_genuine(
    receiver: Receiver, target: Make, secret: str, late: int, body: bytes, believed: bool
) -> None:
    webhook.send(replace(target("/good"), secrets=(OTHER, FIRST)), parcel())
    call, bank = receiver.calls[0], dict[str, Any]()
    exec(program("python", "def genuine"), bank)
    bank["time"] = SimpleNamespace(time=lambda: time.time() + late)
    assert bank["genuine"](secret, call.headers, call.body + body) is believed


@pytest.mark.parametrize("known", [FIRST, SECOND])
def test_while_a_secret_is_renewed_both_are_believed(receiver: Receiver, target: Make, known: str) -> None:
    webhook.send(replace(target("/good"), secrets=(SECOND, FIRST)), parcel())
    call = receiver.calls[0]
    assert call.headers["webhook-signature"].count("v1,") == 2
    Webhook(known).verify(call.body, call.headers)


def test_nobody_elses_secret_is_believed(receiver: Receiver, target: Make) -> None:
    webhook.send(target("/good"), parcel())
    call = receiver.calls[0]
    with pytest.raises(WebhookVerificationError):
        Webhook(SECOND).verify(call.body, call.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(FIRST).verify(call.body.replace(b"6780", b"6781"), call.headers)


def test_a_trial_says_so(receiver: Receiver, target: Make) -> None:
    webhook.send(target("/good"), parcel(trial=True))
    assert json.loads(receiver.calls[0].body)["type"] == "edition.trial"


@pytest.mark.parametrize(
    ("path", "outcome", "code", "words"),
    [
        ("/status/200", "delivered", "200", ""),
        ("/status/202", "delivered", "202", ""),
        ("/lying", "delivered", "200", ""),  # what it does with it, its fetching shows
        ("/status/400", "passing", "400", "<b>no[31m entry</b>"),  # mended by the receiver
        ("/status/401", "passing", "401", "401"),
        ("/status/404", "passing", "404", "404"),
        ("/status/410", "permanent", "410", "410"),
        ("/status/500", "passing", "500", "500"),
        ("/status/503", "passing", "503", "503"),
        ("/busy", "passing", "429", "3600"),
        ("/redirect/302", "passing", "302", "302"),
        ("/redirect/308", "passing", "308", "308"),
        ("/metadata", "passing", "307", "307"),
        ("/cut", "passing", "", ""),
        ("/endless", "passing", "500", "oops"),
    ],
)
def test_what_the_receiver_answers(
    receiver: Receiver, target: Make, path: str, outcome: str, code: str, words: str
) -> None:
    answer = webhook.send(target(path), parcel())
    assert (answer.outcome, answer.code) == (outcome, code)
    assert words in answer.detail and answer.detail.isprintable() and len(answer.detail) < 500
    assert [call.path for call in receiver.calls] == [path], "a redirection was followed"


@pytest.mark.parametrize("path", ["/slow", "/drip"])
def test_a_slow_receiver_holds_nobody_up(target: Make, path: str) -> None:
    hurried = target(path)
    began = time.monotonic()
    answer = webhook.send(replace(hurried, rules=replace(hurried.rules, answer_seconds=0.4)), parcel())
    assert answer.outcome == "passing" and answer.detail == gettext("It did not answer in time.")
    assert time.monotonic() - began < 5


def test_an_inner_address_is_refused_before_anything_is_said(receiver: Receiver, target: Make) -> None:
    inner = replace(target("/good"), rules=replace(target("/good").rules, networks=()))
    before = receiver.connections
    for url in (receiver.url("/good"), receiver.url("/good", "localhost")):
        assert webhook.send(replace(inner, url=url), parcel()).outcome == "refused"
    assert receiver.connections == before


def test_another_port_is_refused(receiver: Receiver, target: Make) -> None:
    narrow = replace(target("/good"), rules=replace(target("/good").rules, ports=(443,)))
    assert webhook.send(narrow, parcel()).outcome == "refused"
    assert receiver.calls == []


def test_a_receiver_whose_certificate_is_not_known_gets_nothing(
    receiver: Receiver, target: Make, tmp_path: Path
) -> None:
    other = certificate(tmp_path, "other.example")
    stranger = replace(target("/good"), rules=replace(target("/good").rules, ca_file=str(other)))
    answer = webhook.send(stranger, parcel())
    assert answer.outcome == "passing" and "certificate" in answer.detail
    assert receiver.calls == []


def test_secrets_are_in_no_log(target: Make) -> None:
    assert "whsec_" not in repr(target("/good"))
