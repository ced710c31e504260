"""Editions for machines: the list, one of them, its package by label, the acknowledgement."""

import hashlib

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from enterprises.editions import withdraw
from enterprises.models import Edition
from pushes import delivering, passwords
from pushes.models import Channel, ChannelKind, Delivery, Institution, Receipt, Scope
from tests.pushes.asking import Machine, content, key_of, problem
from tests.pushes.making import institution, person, record, sealed_edition

LABEL, BEFORE = "ZZKJ-2026Q3-v1", "ZZKJ-2026Q2-v1"


@pytest.fixture
def officer(db: None) -> User:
    return person("officer", None, staff=True)


@pytest.fixture
def bank(summer: Edition) -> Institution:
    made = institution("bank-a", programmes=["HNTE"])
    institution("bank-b")
    delivering.sweep(clock=timezone.now)
    return made


@pytest.fixture
def machine(bank: Institution, officer: User) -> Machine:
    return Machine(key_of(bank, officer))


def test_the_list_is_the_institutions_own(machine: Machine, bank: Institution) -> None:
    late = institution("bank-c")  # registered after everything
    told = machine.get("/editions").json()
    assert [one["label"] for one in told["items"]] == [LABEL, BEFORE] and told["next"] is None
    delivery = Delivery.objects.get(channel__institution=bank, edition__quarter="2026Q3")
    one, package = told["items"][0], delivery.package
    assert package is not None
    assert (one["delivery"], one["digest"], one["state"]) == (str(delivery.pk), delivery.edition.digest, "sealed")
    assert one["package"] == {"size": package.size, "sha256": package.sha256, "locked": False}
    assert (one["members"], one["added"], one["removed"], one["changed"]) == (3, 1, 0, 1)
    assert one["previous"]["label"] == BEFORE and one["cut"]["programmes"] == ["HNTE"]
    assert machine.get(f"/editions/{LABEL}").json() == one
    assert Machine(key_of(late, person("o2", None, staff=True))).get("/editions").json()["items"] == []
    assert not Receipt.objects.exists()


def test_pages_lead_to_the_end(bank: Institution, machine: Machine, summer: Edition) -> None:
    last = summer
    for quarter in ("2026Q4", "2027Q1", "2027Q2"):
        last = sealed_edition(quarter, [record(1)], previous=last)
    delivering.sweep(clock=timezone.now)
    seen, cursor = [], ""
    while True:
        page = machine.get(f"/editions?limit=2{cursor}").json()
        seen += [one["label"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == [f"ZZKJ-{quarter}-v1" for quarter in ("2027Q2", "2027Q1", "2026Q4", "2026Q3", "2026Q2")]


def test_a_withdrawn_one_is_told_and_not_handed_out(machine: Machine, summer: Edition) -> None:
    withdraw(edition=summer, reason="名单有误", now=timezone.now())
    told = machine.get(f"/editions/{LABEL}").json()
    assert (told["state"], told["withdrawn_reason"], told["package"]) == ("withdrawn", "名单有误", None)
    assert [one["state"] for one in machine.get("/editions").json()["items"]] == ["withdrawn", "sealed"]
    for path in ("package", "members", f"changes?since={BEFORE}"):
        assert "名单有误" in problem(machine.get(f"/editions/{LABEL}/{path}"), 410, "edition-withdrawn")["detail"]
    problem(machine.post(f"/editions/{LABEL}/acknowledgement"), 410, "edition-withdrawn")
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("label", ["ZZKJ-2030Q1-v1", "ZZKJ-2026Q3-v2"])
def test_what_was_not_given_is_not_there(machine: Machine, label: str) -> None:
    for path in ("", "/package", "/members", f"/changes?since={BEFORE}"):
        problem(machine.get(f"/editions/{label}{path}"), 404, "no-such-edition")
    problem(machine.get(f"/editions/{LABEL}/changes?since={label}"), 404, "no-such-edition")


def test_the_package_by_its_label(machine: Machine, bank: Institution) -> None:
    got = content(machine.get(f"/editions/{LABEL}/package"))
    receipt = Receipt.objects.get()
    assert hashlib.sha256(got).hexdigest() == receipt.sha256 and receipt.delivery is not None
    assert receipt.delivery.channel.institution == bank and receipt.key == machine.key[:13]
    part = machine.get(f"/editions/{LABEL}/package", Range="bytes=10-")
    assert part.status_code == 206 and content(part) == got[10:]


def test_a_locked_package_says_so(machine: Machine, bank: Institution, officer: User) -> None:
    passwords.renew(institution=bank, by=officer, now=timezone.now())
    assert machine.get(f"/editions/{LABEL}").json()["package"]["locked"] is True
    response = machine.get(f"/editions/{LABEL}/package", Range="bytes=10-")
    assert response.status_code == 200 and response["Accept-Ranges"] == "none" and "ETag" not in response
    assert f"{LABEL}.aes.zip" in response["Content-Disposition"] and content(response)[:2] == b"PK"


def test_what_a_notice_told_of_is_there_by_its_label(officer: User, summer: Edition) -> None:
    bank = institution("bank-d")
    bank.channels.all().delete()
    hook = Channel.objects.create(institution=bank, kind=ChannelKind.WEBHOOK, url="https://bank.example/")
    delivering.plan(now=timezone.now())
    delivering.sweep(clock=timezone.now)  # without a secret nothing is sent, and it waits with its package
    assert Delivery.objects.filter(channel=hook, package__isnull=False).exists()
    machine = Machine(key_of(bank, officer))
    assert machine.get(f"/editions/{LABEL}").json()["delivered_at"] is None
    assert machine.get(f"/editions/{LABEL}/package").status_code == 200


def test_an_acknowledgement_stands_as_it_was_first_said(machine: Machine, bank: Institution) -> None:
    first = machine.post(f"/editions/{LABEL}/acknowledgement").json()
    assert machine.post(f"/editions/{LABEL}/acknowledgement").json() == first
    receipt = Receipt.objects.get()
    assert (receipt.kind, receipt.key, receipt.user) == ("acknowledge", first["key"], None)
    assert first["edition"] == LABEL


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("fetch", "get", "/editions"),
        ("fetch", "get", f"/editions/{LABEL}"),
        ("fetch", "get", f"/editions/{LABEL}/package"),
        ("fetch", "get", f"/editions/{LABEL}/members"),
        ("fetch", "get", f"/editions/{LABEL}/changes?since={BEFORE}"),
        ("lookup", "get", "/enterprises/91410100MA4448F87R"),
        ("lookup", "post", "/enterprises/lookup"),
        ("acknowledge", "post", f"/editions/{LABEL}/acknowledgement"),
    ],
)
def test_a_key_opens_what_its_scopes_name(bank: Institution, officer: User, scope: str, method: str, path: str) -> None:
    others = Machine(key_of(bank, officer, *(one for one in Scope.values if one != scope)))
    told = problem(getattr(others, method)(path), 403, "scope-missing")
    assert told["scope"] == scope and scope in told["detail"]
    assert getattr(Machine(key_of(bank, officer, scope)), method)(path).status_code not in (401, 403)


def test_whose_key_it_is(machine: Machine, bank: Institution) -> None:
    told = machine.get("/whoami").json()
    assert (told["institution"], told["institution_name"], told["key"]) == ("bank-a", bank.name, machine.key[:13])
    assert told["scopes"] == [*Scope] and machine.key not in str(told)
    assert [(one["name"], one["quota"], one["left"]) for one in told["limits"]] == [
        ("requests", 120, 119), ("institution", 600, 599), ("codes", 100_000, 100_000),
    ]  # fmt: skip
