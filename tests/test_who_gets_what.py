"""Every address of the site, and what each kind of visitor gets there: docs/who-gets-what.md is made here.

Law: an address that is not in the table, or a visitor who gets something else than it says, fails. After a change that
is meant, `WRITE_TABLE=1 make test ARGS=tests/test_who_gets_what.py` writes it anew, to be read before it is committed.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from enterprises.models import Enterprise
from enterprises.vouching import vouch
from pushes import delivering, inviting, keying
from pushes.models import AccessKey, CustomerMatch, Delivery, Institution, Membership, Role, Scope
from tests.pushes.making import institution, person, record, sealed_edition

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
OWN = re.compile(r"/admin/(|login/|logout/|password_change/(done/)?|jsi18n/)$|/accounts/|/institutions/sign-(in|out)/$")

Row = dict[str, str]
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Address:
    """An address with its blanks, and with bank A's things filled in."""

    route: str
    path: str

    @property
    def names_a_thing_of_a(self) -> bool:
        """Editions and kinds of channels are everybody's: what each sees of them is its own."""
        return bool(_OF_A.search(self.route)) and self.route not in PUBLIC

    @property
    def is_for_machines(self) -> bool:
        return "/api/" in self.route


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
    key, _text = keying.make_key(institution=a, name="loader", days=1, by=owner, now=now)
    asked = inviting.invite(institution=a, name="王", email="w@example.org", role=Role.READER, by=owner, now=now)
    return {
        "<label>": edition.label,
        "<public_id>": record(1)["id"],
        "<delivery_id>": str(delivery.pk),
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


@pytest.fixture
def people(things: Mapping[str, str]) -> Mapping[str, Client]:
    """A browser of each."""
    browsers = {name: Client(raise_request_exception=False) for name in PEOPLE}
    for name, browser in browsers.items():
        if name != "nobody":
            browser.force_login(User.objects.get(username=name))
    return browsers


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
    for one in _addresses(get_resolver().url_patterns, things):
        if one.is_for_machines or one.route in PUBLIC or OWN.match(one.route):
            continue
        closed_to = OUTSIDERS if one.names_a_thing_of_a else OUTSIDERS[:3]
        for name in closed_to:
            got = _asked(people[name], "post", one.path)
            assert got in {"sign-in", "405", *_closed(one.route)}, f"{name} posts to {one.route}: {got}"


def _rows(
    things: Mapping[str, str], people: Mapping[str, Client], machines: Mapping[str, Client]
) -> Iterator[tuple[Address, Row]]:
    for one in _addresses(get_resolver().url_patterns, things):
        visitors = machines if one.is_for_machines else people
        row = {name: _asked(visitor, "get", one.path) for name, visitor in visitors.items()}
        if "405" in row.values():
            posted = {name: _asked(visitor, "post", one.path) for name, visitor in visitors.items()}
            one, row = Address(f"POST {one.route}", one.path), posted
        yield one, row


def _addresses(
    patterns: list[URLPattern | URLResolver], things: Mapping[str, str], before: str = "/"
) -> Iterator[Address]:
    for one in patterns:
        route = before + re.sub(r"\\Z|\$$|^\^", "", str(one.pattern))
        if isinstance(one, URLResolver):
            yield from _addresses(one.url_patterns, things, route)
        elif not route.endswith(("(?P<url>.*)", "(?P<app_label>auth|registry|enterprises|pushes)/")):
            bare = re.sub(r"<\w+:(\w+)>|\(\?P(<\w+>)[^)]*\)", lambda blank: blank[2] or f"<{blank[1]}>", route)
            parts = re.split(r"(<\w+>)", bare)
            filled = (_filled(part, "".join(parts[:at]), things) for at, part in enumerate(parts))
            yield Address(bare, "".join(filled))


def _filled(part: str, before: str, things: Mapping[str, str]) -> str:
    """A part of the address, or what stands in a blank: in the admin the first row there is, else a thing of bank A."""
    if not part.startswith("<"):
        return part
    model = re.match(r"/admin/(\w+)/(\w+)/", before)
    if before.startswith("/admin/"):
        label = "pushes.channel" if "/channel/" in before else ".".join(model.groups()) if model else ""
        first = apps.get_model(label).objects.order_by("pk").first() if label.partition(".")[0] in _OURS else None
        return str(first.pk) if first else "0"
    thing = things.get(before + part, things.get(part))
    assert thing is not None, f"say in `things` what stands for {part} of {before + part}"
    return thing


_OURS = ("auth", "registry", "enterprises", "pushes")
_OF_A = re.compile(r"<(delivery_id|match_id|pk|prefix)>")


def _asked(visitor: Client, method: str, path: str) -> str:
    """What comes back, in a word; whatever it did is undone."""
    cookies = dict(visitor.cookies)
    with transaction.atomic():
        answer = getattr(visitor, method)(path)
        assert answer.getvalue() is not None  # read to its end, and so closed
        transaction.set_rollback(True)
    visitor.cookies.clear()  # whoever signed out is in again
    visitor.cookies.update(cookies)
    if answer.status_code in (301, 302):
        return "sign-in" if re.search(r"/(login|sign-in)/(\?|$)", answer["Location"]) else "302"
    return str(answer.status_code)


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
        assert not address.names_a_thing_of_a or row["b"] == "404", (address, row)
        return
    if row["nobody"] == "200":
        assert route in PUBLIC or OWN.match(route), f"{route} is open to everybody"
    if route.startswith("/admin/") and not OWN.match(route):
        assert {row["nobody"], row["stranger"], row["a-administrator"]} <= {"sign-in", "302"}, (address, row)
        assert row["officer"] in _closed(route), (address, row)
    if route.startswith("/institutions/") and route not in PUBLIC and not OWN.match(route):
        assert not address.names_a_thing_of_a or row["b-administrator"] == "404", (address, row)
        assert (row["nobody"], row["stranger"], row["officer"]) == ("sign-in", "403", "403"), (address, row)


def _closed(route: str) -> set[str]:
    """How an address answers whoever may not; the admin's detours lead on to one that is closed."""
    detour = route.startswith("/admin/") and route.endswith(("/<object_id>/", "/history/"))
    return {"403", "404"} | ({"302"} if detour else set())


def _written(rows: Mapping[Address, Row]) -> str:
    """The table, as people read it."""
    lines = ["# Who gets what", ""]
    lines += [
        "Every address, and what comes back to whom: made and held by `tests/test_who_gets_what.py`. A and B are two",
        "institutions; where an address names a thing, it is one of A's. `sign-in` leads there, `302` elsewhere.",
        "Whatever only takes POST is asked by it.", "",
    ]  # fmt: skip
    for title, visitors, of_it in (("People", PEOPLE, False), ("Machines", MACHINES, True)):
        lines += [f"## {title}", "", f"| address | {' | '.join(visitors.values())} |"]
        lines += [f"| --- |{' --- |' * len(visitors)}"]
        for address, row in rows.items():
            if address.is_for_machines == of_it:
                lines.append(f"| `{address.route}` | {' | '.join(row[name] for name in visitors)} |")
        lines.append("")
    return "\n".join(lines)
