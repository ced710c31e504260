"""Every address, step and action of the admin, and which role may take it: docs/who-does-what.md is made here.

Law: what is not in the table, or answers another than it says, fails; and no page leads anybody to a closed door. After
a change that is meant, `WRITE_TABLE=1 make test ARGS=tests/test_who_does_what.py` writes it anew, to be read.
"""

import logging
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Model
from django.test import Client
from django.urls import Resolver404, get_resolver, resolve
from django.utils import timezone

from config.accounts import roles
from enterprises import editions, pooling, resolving
from enterprises.models import Objection, ObjectionFile, ReviewSample
from financing import evaluating
from pushes.models import Attempt, Channel, ChannelKind, Delivery
from registry.models import Export
from tests.conftest import Publish
from tests.enterprises.objections import filed
from tests.pushes.making import SEALED_AT, delivered, institution, person, record, sealed_edition
from tests.pushes.rooms import HOST_KEY
from tests.rows import make_up
from tests.staff import in_roles
from tests.walking import Address, addresses, asked, enter, row_of_the_admin, told

TABLE = Path(__file__).resolve().parent.parent / "docs" / "who-does-what.md"
ROLES = {role.name: (role.name,) for role in roles.ROLES} | {roles.CLERK: (roles.CLERK, "科技局")}
VISITORS = ("nobody", "an institution's person", "staff without a role", *ROLES, "superuser")
OUTSIDE, NO_ROLE, CHIEF = VISITORS[:2], VISITORS[2], VISITORS[-1]
# What everybody who is signed in to the admin has, whatever the role.
OWN = re.compile(
    r"/admin/(|login/|logout/|password_change/(done/)?|jsi18n/|manual/.*|r/<content_type_id>/<object_id>/)$"
)
# What no row can be shown for: what nobody took for days is a list alone, a link that only some models have, and the
# admin's own sign-in, of which there is none.
NOTHING_THERE = re.compile(r"/admin/(login/|r/<content_type_id>/<object_id>/|pushes/laggard/<object_id>/\w+/)$")
# Pages to read; what is posted to a list is an action, and those are walked one by one.
_STEPLESS = re.compile(r"^/admin/(\w+/){0,2}$|/history/$|/(jsi18n|autocomplete|done)/$")
# What may be posted without changing anything.
TAKEN_AWAY = re.compile(r"/export/(<kind>/)?$|^ACTION export ")
# A form filled in for whatever step: what a step does not know it leaves alone.
FACTS = {
    "reason": "演练", "why": "演练", "field": "name", "text": "郑州演练科技有限公司", "count": "10", "post": "yes",
    "since": "2026-01-01", "answer": "演练", "cause": "name_only", "choice": "new", "resource": "0", "format": "0",
    "password": "x", "accept_sound": "on",
}  # fmt: skip
CODE = "91330100MA27YTKRXE"
HEAD = ["企业名称", "统一社会信用代码", "证书编号", "发证日期"]

Row = dict[str, str]


@pytest.fixture
def things(publish: Publish) -> Mapping[str, str]:
    """A quarter's work half done, so that every step has something to be taken on; which row stands in which blank."""
    somebody, now = in_roles(roles.CLERK, "科技局", name="somebody"), timezone.now()
    publish([HEAD, ["郑州甲科技有限公司", "91410100MA3X12345X", "GR202441000001", "2024-11-01"]], confirmed=False)
    publish([HEAD, ["郑州乙科技有限公司", CODE, "", "2023-11-01"]], published="2024-01-01")
    publish([HEAD, ["郑州丙生物技术有限公司", CODE, "GR202441000002", "2024-11-01"]], published="2025-01-01")
    resolving.resolve(now=now)
    pooling.rebuild(as_of=date(2026, 9, 30), now=now)
    draft = editions.cut(quarter="2026Q3", now=now, by=somebody)
    sealed = sealed_edition("2026Q2", [record(1)])
    bank = institution("bank-a")
    sent = delivered(sealed, bank)
    webhook = Channel.objects.create(institution=bank, kind=ChannelKind.WEBHOOK, url="https://bank.example.cn/in")
    sftp = Channel.objects.create(
        institution=bank, kind=ChannelKind.SFTP, host="sftp.example.cn", username="zz", port=22, host_key=HOST_KEY
    )
    Attempt.objects.create(delivery=sent, at=now, outcome="passing")
    objection = filed()
    stored = default_storage.save("objections/x.pdf", ContentFile(b"%PDF-1.4"))
    file = make_up(ObjectionFile, objection=objection, stored=stored, kind="pdf", name="x.pdf", size=8)
    sample = ReviewSample.objects.create(
        cause="name_only", population=[], items=[], drawn_at=now, drawn_by=User.objects.get(username="somebody")
    )
    evaluating.make(half="2026H1", clock=lambda: SEALED_AT + timedelta(days=1))
    for model in _models():
        if not model._base_manager.exists():
            make_up(model, **{name: value() for name, value in _NEEDS.get(model._meta.label_lower, {}).items()})
    return {
        "/admin/enterprises/edition/<pk>": str(draft.pk),
        "/admin/enterprises/edition/<pk>/delta/": f"/admin/enterprises/edition/{draft.pk}/delta/?since={sealed.pk}",
        "/admin/enterprises/edition/<object_id>": str(draft.pk),
        "/admin/enterprises/objection/<pk>/files/<file>": str(file.pk),
        "/admin/enterprises/reviewitem/sample/<pk>": str(sample.pk),
        "/admin/pushes/delivery/channel/<pk>": str(webhook.pk),
        "/admin/pushes/channel/<pk>": str(webhook.pk),
        **{
            f"/admin/pushes/channel/<pk>/{step}/": f"/admin/pushes/channel/{sftp.pk}/{step}/"
            for step in ("pair", "password")
        },
        "/admin/enterprises/poolrebuild/effect/<pk>": row_of_the_admin("/admin/registry/listimport/"),
    }


# What a made-up row must have beyond what its fields ask for.
_NEEDS: dict[str, dict[str, Callable[[], Any]]] = {
    "enterprises.judgement": {"verdict": lambda: "alone"},
    "enterprises.mail": {"objection": Objection.objects.first},
    "registry.upload": {"facts": lambda: {"programme": "HNTE"}},
    "pushes.receipt": {"delivery": Delivery.objects.first, "sha256": lambda: "0" * 64},
    "pushes.profilerequest": {"kind": lambda: "channel", "channel": Channel.objects.first},
}


def _models() -> list[type[Model]]:
    """What the admin shows; an export is of whoever asked for it."""
    return [model for model in admin.site._registry if not model._meta.proxy and model is not Export]


@pytest.fixture
def people(things: Mapping[str, str], light_sessions: None) -> Mapping[str, Client]:
    """A browser of each."""
    users = {name: in_roles(*held, name=f"role-{at}") for at, (name, held) in enumerate(ROLES.items())}
    users |= {
        VISITORS[1]: person("banker", institution("bank-b")),
        NO_ROLE: person("officer", None, staff=True),
        CHIEF: User.objects.create_superuser("chief", password="a long pass phrase"),
    }
    file = default_storage.save("exports/x.csv", ContentFile(b"x"))
    make_up(Export, asked_by=users[CHIEF], desk="registry.entry", state="ready", file=file, sha256="0" * 64, rows=1)
    return {name: enter(users.get(name)) for name in VISITORS}


def test_the_table_is_true_and_leads_nobody_to_a_closed_door(
    things: Mapping[str, str], people: Mapping[str, Client]
) -> None:
    logging.disable(logging.ERROR)  # each refusal would be told
    walk = Walk(things, people)
    logging.disable(logging.NOTSET)
    text = _written(walk)
    if os.environ.get("WRITE_TABLE"):
        TABLE.write_text(text, encoding="utf-8")
    faults = [fault for route, row in walk.rows.items() for fault in _faults(route, row)]
    assert "\n".join(faults) == ""
    assert walk.closed_doors() == []
    assert TABLE.read_text(encoding="utf-8").splitlines() == text.splitlines()


class Walk:
    """Everything asked of everybody, and where the pages lead that were shown."""

    def __init__(self, things: Mapping[str, str], people: Mapping[str, Client]) -> None:
        self._people = people
        self.rows: dict[str, Row] = {}
        self.closed: list[str] = []
        self._leads: dict[tuple[str, str], set[str]] = defaultdict(set)  # visitor, method → addresses on shown pages
        self._offered: dict[str, dict[str, set[str]]] = {}  # list → visitor → actions
        for one in _addresses(things):
            self._ask(one)
        self._ask_actions()

    def _ask(self, one: Address) -> None:
        """What a superuser is refused is refused to all: it is asked once, and told apart."""
        got, posted = self._shown(CHIEF, one), self._posted(CHIEF, one)
        if got == "403" and posted in ("403", "405"):
            self.closed.append(one.route)
            return
        if got != "405":
            self.rows[one.route] = {name: self._shown(name, one) for name in VISITORS}
        if posted not in ("405", "403") and not _STEPLESS.search(one.route):
            self.rows[f"POST {one.route}"] = {name: self._posted(name, one) for name in VISITORS}

    def _posted(self, name: str, one: Address) -> str:
        return told(asked(self._people[name], "post", one.path, FACTS))

    def _shown(self, name: str, one: Address) -> str:
        answer = asked(self._people[name], "get", one.path)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            # The manual tells everybody of every list.
            page = "" if one.route.startswith("/admin/manual/") else answer.content.decode()
            self._leads[name, ""] |= set(re.findall(r'href="(/admin/[^"?#]*)', page))
            for form in re.findall(r"<form[^>]*>", page):
                action = re.search(r'action="(/admin/[^"?#]*)', form)
                if action and 'method="post"' in form:
                    self._leads[name, "POST "].add(action[1])
            choice = re.search(r'<select name="action".*?</select>', page, re.DOTALL)
            if choice:
                offered = set(re.findall(r'<option value="(\w+)"', choice[0]))
                self._offered.setdefault(one.route, {})[name] = offered
        return told(answer)

    def _ask_actions(self) -> None:
        """Each action of each list: whether it is offered, and that it may then be taken."""
        for route, by in self._offered.items():
            for action in sorted(set().union(*by.values())):
                self.rows[f"ACTION {action} {route}"] = {
                    name: self._acted(name, route, action) if action in by.get(name, ()) else "–" for name in VISITORS
                }

    def _acted(self, name: str, route: str, action: str) -> str:
        chosen = row_of_the_admin(route)
        return told(asked(self._people[name], "post", route, FACTS | {"action": action, "_selected_action": chosen}))

    def closed_doors(self) -> list[str]:
        """Links and buttons on pages that were shown to somebody who may not go there."""
        return sorted(
            f"{name}: {method}{address}"
            for (name, method), leads in self._leads.items()
            for address in leads
            if self.rows.get(method + _route(address), self.rows.get(_route(address), {})).get(name) in ("403", "–")
        )


def _addresses(things: Mapping[str, str]) -> Iterator[Address]:
    def fill(part: str, before: str) -> str:
        return things.get(before + part) or row_of_the_admin(before) if before.startswith("/admin/") else "0"

    for one in addresses(get_resolver().url_patterns, fill):
        if one.is_the_admins:
            yield Address(one.route, things.get(one.route, one.path) + _QUERIES.get(one.route, ""))
    for label in sorted({model._meta.app_label for model in admin.site._registry}):
        yield Address(f"/admin/{label}/", f"/admin/{label}/")


_QUERIES = {"/admin/autocomplete/": "?app_label=pushes&model_name=channel&field_name=institution"}


def _route(address: str) -> str:
    """The address with its blanks, as in the table."""
    try:
        route = resolve(address).route
    except Resolver404:
        return address
    if "app_label>" in route:
        return address
    return "/" + re.sub(r"<\w+:(\w+)>", r"<\1>", route)


def _faults(route: str, row: Row) -> Iterator[str]:
    """What no table may say."""
    bare = route.rpartition(" ")[2]
    changes = route != bare and not TAKEN_AWAY.search(route)
    if set(row.values()) - {"200", "302", "403", "404", "sign-in", "–"}:
        yield f"{route}: {row}"
    if OWN.match(bare):
        return
    if {row[name] for name in OUTSIDE} - {"sign-in", "–"}:
        yield f"{route} is open to people who are no staff: {row}"
    if row[NO_ROLE] not in _CLOSED and not NOTHING_THERE.match(bare):
        yield f"{route} is open to staff without a role"
    if row[CHIEF] == "404" and not NOTHING_THERE.match(bare):
        yield f"{route} was not reached: make a row for it in `things`"
    if changes and row[roles.AUDITOR] not in _CLOSED:
        yield f"{route}: the auditor changes nothing"
    if bare.startswith("/admin/auth/") and changes:
        closed = set(ROLES) - {roles.SECURITY}
        if {row[name] for name in closed} - _CLOSED:
            yield f"{route}: accounts are the security administrator's"
    if re.match(r"POST .*/(confirm|withdraw|seal|overrule|recut|urgent|send-back)/$", route) and (
        {row[roles.SYSTEM], row[roles.SECURITY]} - _CLOSED
    ):
        yield f"{route}: administrators confirm and seal nothing"
    if changes and row[roles.SECURITY] not in _CLOSED and not re.search(r"/(user|group|importright)/", bare):
        yield f"{route}: the security administrator changes no business data"
    unread = row[CHIEF] == "200" and row[roles.AUDITOR] == "403"
    if (
        unread
        and route == bare
        and not bare.endswith(("/add/", "/delete/", "/import/", "/password/", "/second-factor/"))
    ):
        yield f"{route}: the auditor reads everything"


_CLOSED = {"403", "404", "–"}


def _written(walk: Walk) -> str:
    """The table, as people read it."""
    lines = [
        "# Who does what", "",
        "Every address, step (POST) and action of the admin, and what comes back to whom: made and held by",
        "`tests/test_who_does_what.py`. `200` and `302` are let in, `403` is refused, `–` is not offered.", "",
        f"| address | {' | '.join(VISITORS)} |", f"| --- |{' --- |' * len(VISITORS)}",
    ]  # fmt: skip
    lines += [f"| `{route}` | {' | '.join(row[name] for name in VISITORS)} |" for route, row in walk.rows.items()]
    lines += ["", "## Closed to everybody, superusers too", "", *(f"* `{route}`" for route in walk.closed)]
    return "\n".join([*lines, ""])
