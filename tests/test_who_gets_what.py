"""Every address but the admin's, and what each kind of visitor gets there: docs/who-gets-what.md is made here.

Law: an address that is not in the table, or a visitor who gets something else than it says, fails. After a change that
is meant, `WRITE_TABLE=1 make test ARGS=tests/test_who_gets_what.py` writes it anew, to be read before it is committed.
"""

import os
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from enterprises.models import Enterprise
from enterprises.vouching import vouch
from financing.models import Feedback, FeedbackState, Way
from pushes import delivering, enclosed_files, inviting, keying
from pushes.models import AccessKey, CustomerMatch, Delivery, Institution, Membership, Role, Scope
from pushes.secrets_at_rest import enclose
from registry.models import Export
from tests.pushes.making import institution, person, record, sealed_edition
from tests.walking import Address, addresses, asked, enter, told

TABLE = Path(__file__).resolve().parent.parent / "docs" / "who-gets-what.md"
# What anybody may read. Whoever adds to it opens something to the world.
PUBLIC = {
    "/", "/figures/", "/robots.txt", "/institutions/keys/", "/institutions/keys/zzkj-<key_id>.pem",
    "/institutions/invitations/<token>/", "/institutions/manual/", "/institutions/manual/<name>/",
    "/slips/", "/slips/new/", "/slips/<number>/", "/slips/<number>.pdf", "/objections/", "/objections/new/",
    "/objections/<number>/", "/watch/<public_id>/", "/health/live", "/health/web", "/health/ready",
}  # fmt: skip
PEOPLE = {
    "nobody": "nobody",
    "stranger": "account of no institution",
    "a-reader": "A's reader",
    "a-administrator": "A's administrator",
    "b-administrator": "B's administrator",
    "officer": "staff without a right",
    "chief": "superuser",
}
MACHINES = {"none": "no key", "ended": "A's ended key", "a": "A's key", "b": "B's key"}
OUTSIDERS = ("nobody", "stranger", "officer", "b-administrator")
# Addresses that everybody with an account has, whatever it may.
OWN = re.compile(r"/accounts/|/institutions/sign-(in|out)/$")

Row = dict[str, str]
HOUR = timedelta(hours=1)


@pytest.fixture
def things(db: None) -> Mapping[str, str]:
    """What stands in the blanks: things of bank A. Bank B was given the same edition."""
    edition = sealed_edition("2026Q3", [record(1)])
    Enterprise.objects.update(name_key="郑州示范1号科技有限公司")
    a, b = institution("bank-a"), institution("bank-b")
    person("a-reader", a, role=Role.READER)
    person("a-administrator", a, role=Role.ADMINISTRATOR)
    person("b-administrator", b, role=Role.ADMINISTRATOR)
    person("stranger", None)
    person("officer", None, staff=True)
    User.objects.create_superuser("chief", password="a long pass phrase")
    delivering.sweep(clock=timezone.now)
    delivery, now = Delivery.objects.get(channel__institution=a), timezone.now()
    owner = User.objects.get(username="a-administrator")
    comparison = CustomerMatch.objects.create(
        institution=a, user=owner, delivery=delivery, key="-", said="-", made_at=now, expires_at=now + HOUR
    )
    Export.objects.create(
        desk="registry.entry", format="csv", asked_at=now, asked_by=User.objects.get(username="chief")
    )
    fed_back, _of_b = (faulty_feedback(bank) for bank in (a, b))
    key, _text = keying.make_key(institution=a, name="loader", days=1, by=owner, now=now)
    asked = inviting.invite(institution=a, name="王", email="w@example.org", role=Role.READER, by=owner, now=now)
    return {
        "<label>": edition.label,
        "<public_id>": record(1)["id"],
        "<delivery_id>": str(delivery.pk),
        "<feedback_id>": str(fed_back.pk),
        "/institutions/feedback/<label>/template.<kind>": "csv",
        "/institutions/feedback/<label>/members.<kind>": "csv",
        "<key_id>": "0000000000000000",
        "<match_id>": str(comparison.pk),
        "/institutions/matches/<match_id>/result.<kind>": "xlsx",
        "/institutions/people/<pk>": str(Membership.objects.get(user__username="a-reader").pk),
        "/institutions/people/invitations/<pk>": str(asked.pk),
        "<token>": "of-no-invitation",
        "<kind>": "webhook",
        "<name>": "accounts",
        "<code>": record(1)["uscc"],
        "<prefix>": key.prefix,
        "<uidb36>": "1",
        "<key>": "of-nobody",
        "<number>": "YY-20261126-000001",
        "/slips/<number>": vouch(text=record(1)["name"], now=now).number,
    }


def faulty_feedback(of: Institution) -> Feedback:
    """With a sheet of faults that may be fetched."""
    key = enclosed_files.fresh_key()
    made = Feedback.objects.create(
        institution=of, quarter="2026Q3", delivery=Delivery.objects.get(channel__institution=of), way=Way.ROOM,
        user=User.objects.get(username=f"{of.code.removeprefix('bank-')}-administrator"), key=enclose(key), faulty=1,
        state=FeedbackState.FAULTY, received_at=timezone.now(),
    )  # fmt: skip
    for kind in ("faults", "shown"):
        enclosed_files.keep(made.stored(kind), BytesIO(b"[]"), key)
    return made


@pytest.fixture
def people(things: Mapping[str, str], light_sessions: None) -> Mapping[str, Client]:
    """A browser of each."""
    return {name: enter(None if name == "nobody" else User.objects.get(username=name)) for name in PEOPLE}


@pytest.fixture
def machines(things: Mapping[str, str]) -> Mapping[str, Client]:
    """A program with each kind of key."""
    banks = {one.code: one for one in Institution.objects.all()}
    texts = {
        name: keying.make_key(
            institution=banks[f"bank-{bank}"],
            name=name,
            days=1,
            scopes=list(Scope),
            by=User.objects.get(username=f"{bank}-administrator"),
            now=timezone.now() - HOUR,
        )[1]
        for name, bank in (("ended", "a"), ("a", "a"), ("b", "b"))
    }
    keying.revoke(key=AccessKey.objects.get(name="ended"), now=timezone.now())
    headers = {name: {"Authorization": f"Bearer {text}"} for name, text in texts.items()}
    return {name: Client(raise_request_exception=False, headers=headers.get(name, {})) for name in MACHINES}


def test_the_table_is_true(
    things: Mapping[str, str], people: Mapping[str, Client], machines: Mapping[str, Client]
) -> None:
    rows = dict(_rows(things, people, machines))
    text = _written(rows)
    if os.environ.get("WRITE_TABLE"):
        TABLE.write_text(text, encoding="utf-8")
    for address, row in rows.items():
        _judge(address, row)
    assert TABLE.read_text(encoding="utf-8").splitlines() == text.splitlines()


def test_nothing_can_be_posted_by_those_who_may_not_read_it(
    things: Mapping[str, str], people: Mapping[str, Client]
) -> None:
    for one in _addresses(things):
        if one.is_for_machines or one.route in PUBLIC or OWN.match(one.route):
            continue
        closed_to = OUTSIDERS if names_a_thing_of_a(one) else OUTSIDERS[:3]
        for name in closed_to:
            got = told(asked(people[name], "post", one.path))
            assert got in {"sign-in", "403", "404", "405"}, f"{name} posts to {one.route}: {got}"


def test_feedback_is_its_institutions_alone(
    things: Mapping[str, str], people: Mapping[str, Client], machines: Mapping[str, Client]
) -> None:
    """The table asks for A's; here each asks for the other's, at every address that names one."""
    of = {feedback.institution.code: str(feedback.pk) for feedback in Feedback.objects.all()}
    named = [one for one in _addresses(things) if "<feedback_id>" in one.route]
    assert len(named) == 6
    for one in named:
        for code, strangers in (("bank-a", ("b-administrator", "b")), ("bank-b", ("a-administrator", "a"))):
            path = one.path.replace(of["bank-a"], of[code])
            stranger = machines[strangers[1]] if one.is_for_machines else people[strangers[0]]
            got = [told(asked(stranger, method, path)) for method in ("get", "post")]
            assert set(got) <= {"404", "405"} and "404" in got, (path, got)
    for name, code in (("a", "bank-b"), ("b", "bank-a")):
        pages = [people[f"{name}-administrator"].get(f"/institutions/feedback/{more}") for more in ("", "mistakes/")]
        pages.append(machines[name].get("/api/v1/feedback"))
        assert {page.status_code for page in pages} == {200}
        assert not any(of[code] in page.content.decode() for page in pages)


def _rows(
    things: Mapping[str, str], people: Mapping[str, Client], machines: Mapping[str, Client]
) -> Iterator[tuple[Address, Row]]:
    for one in _addresses(things):
        visitors = machines if one.is_for_machines else people
        row = {name: told(asked(visitor, "get", one.path)) for name, visitor in visitors.items()}
        if "405" in row.values():
            posted = {name: told(asked(visitor, "post", one.path)) for name, visitor in visitors.items()}
            one, row = Address(f"POST {one.route}", one.path), posted
        yield one, row


def _addresses(things: Mapping[str, str]) -> Iterator[Address]:
    """All but the admin's, of which docs/who-does-what.md tells."""

    def fill(part: str, before: str) -> str:
        if before.startswith("/admin/"):
            return "0"
        thing = things.get(before + part, things.get(part))
        assert thing is not None, f"say in `things` what stands for {part} of {before + part}"
        return thing

    for one in addresses(get_resolver().url_patterns, fill):
        if not one.is_the_admins:
            yield one


_OF_A = re.compile(r"<(delivery_id|feedback_id|match_id|pk|prefix)>")


def names_a_thing_of_a(one: Address) -> bool:
    """Editions and kinds of channels are everybody's: what each sees of them is its own."""
    return bool(_OF_A.search(one.route)) and one.route not in PUBLIC


def _judge(address: Address, row: Row) -> None:
    """What no table may say."""
    route = address.route.removeprefix("POST ")
    allowed = {"200", "302", "403", "404", "sign-in"} | ({"401"} if address.is_for_machines else set())
    if address.is_for_machines or route != address.route:  # a question or form that should have been filled in
        allowed |= {"415", "422"}
    if route == "/health/ready":  # neither beat nor a worker runs here, and that is what it says
        allowed |= {"503"}
    assert set(row.values()) <= allowed, (address, row)
    if address.is_for_machines:
        assert row["none"] == row["ended"] == "401" or row["none"] == "200", (address, row)
        assert not names_a_thing_of_a(address) or row["b"] == "404", (address, row)
        return
    if row["nobody"] == "200":
        assert route in PUBLIC or OWN.match(route), f"{route} is open to everybody"
    if route.startswith("/institutions/") and route not in PUBLIC and not OWN.match(route):
        assert not names_a_thing_of_a(address) or row["b-administrator"] == "404", (address, row)
        assert (row["nobody"], row["stranger"], row["officer"]) == ("sign-in", "403", "403"), (address, row)


def _written(rows: Mapping[Address, Row]) -> str:
    """The table, as people read it."""
    lines = ["# Who gets what", ""]
    lines += [
        "Every address but the admin's, and what comes back to whom: made and held by",
        "`tests/test_who_gets_what.py`. A and B are two",
        "institutions; where an address names a thing, it is one of A's. `sign-in` leads there, `302` elsewhere.",
        "Whatever only takes POST is asked by it. The admin has [a table of its own](who-does-what.md).", "",
    ]  # fmt: skip
    for title, visitors, of_it in (("People", PEOPLE, False), ("Machines", MACHINES, True)):
        lines += [f"## {title}", "", f"| address | {' | '.join(visitors.values())} |"]
        lines += [f"| --- |{' --- |' * len(visitors)}"]
        for address, row in rows.items():
            if address.is_for_machines == of_it:
                lines.append(f"| `{address.route}` | {' | '.join(row[name] for name in visitors)} |")
        lines.append("")
    return "\n".join(lines)
