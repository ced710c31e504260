"""Each kind of event, and the act that causes it: real acts, told by the database's triggers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from pytest_django import Settings

from config.auditing.attending import Attendance, Who, attended
from config.auditing.models import Event
from config.auditing.recording import note
from config.auditing.wording import ACTS
from enterprises import editions, objecting, resolving, reviewing, settling
from enterprises.models import (
    Enterprise,
    GuardLimit,
    MatchDecision,
    Overruling,
    ReviewItem,
    SpecialDay,
)
from enterprises.parting import lines_of
from enterprises.settling import Remedy
from pushes import agreeing, inviting, keying, pausing, rotating
from pushes.models import Channel, Contact, Institution, Role
from registry import correcting, importing
from registry.cataloguing import revise_rules
from registry.models import District, HeaderWord, ImportRight, Programme, ProgrammeRule
from tests.conftest import NOW, Publish
from tests.enterprises.objections import filed
from tests.pushes.making import institution, person

pytestmark = pytest.mark.django_db
HEAD = ["企业名称", "统一社会信用代码", "证书编号", "发证日期"]
NAME, LIKE = "郑州市启航精密机械有限公司", "郑州启航精密机械有限公司"
CODE = "91330100MA27YTKRXE"
SECRET = "never-in-the-log"

Told = set[tuple[str, str, str]]


def lists(publish: Publish, wang: User, li: User) -> Told:
    first = publish([HEAD, [NAME, "", "", ""]], confirmed=False)
    correcting.correct(entry=first.entries.get(), field="uscc", text=CODE, why="执照", now=NOW, by=wang)
    importing.amend(list_import=first, facts={"title": "更名"}, now=NOW, by=wang)
    importing.confirm(list_import=first, now=NOW, by=li)
    importing.withdraw(list_import=first, reason="误发", now=NOW, by=li)
    second = publish([HEAD, [LIKE, "", "", ""]], confirmed=False)
    importing.reject(list_import=second, reason="重复", now=NOW, by=li)
    return {
        ("list", "staged", "wang"), ("list", "corrected", ""), ("list", "changed", ""),
        ("list", "confirmed", "li"), ("list", "withdrawn", "li"), ("list", "rejected", "li"),
    }  # fmt: skip


def decisions(publish: Publish, wang: User, li: User) -> Told:
    publish([HEAD, [NAME, CODE, "", ""]])
    publish([HEAD, [LIKE, "", "", ""]], published="2025-06-01")
    resolving.resolve(now=NOW)
    assert not Event.objects.filter(area="decision").exists()  # a machine's are none of people
    item = ReviewItem.objects.get()
    reviewing.settle(item=item, enterprise=item.candidates.get(), now=NOW, by=wang)
    assert MatchDecision.objects.filter(decided_by=wang).exists()
    reviewing.reopen(item=item, now=NOW, by=li)
    return {
        ("decision", "same", "wang"), ("decision", "created", "wang"), ("enterprise", "merged", ""),
        ("decision", "taken_back", "li"), ("decision", "superseded", ""), ("decision", "reopened", "li"),
    }  # fmt: skip


def editions_and_objections(publish: Publish, wang: User, li: User) -> Told:
    publish([HEAD, [NAME, CODE, "", ""]])
    resolving.resolve(now=NOW)
    draft = editions.cut(quarter="2026Q2", now=NOW, by=wang)
    Overruling.objects.create(edition=draft, by=li, at=NOW, reason="已核")
    sealed = editions.seal(edition=draft, now=NOW, by=li)
    editions.withdraw(edition=sealed, reason="误发", now=NOW, by=wang)
    us = Enterprise.objects.get()
    for act in (settling.reject, None):
        objection = filed(enterprise=us)
        settling.take(objection=objection, now=NOW, by=wang)
        if act:
            act(objection=objection, reason="与公告一致", now=NOW, by=wang)
        else:
            remedy = Remedy(lines=lines_of(us), fields={"name": LIKE})
            settling.uphold(objection=objection, remedy=remedy, reason="属实", now=NOW + timedelta(1), by=wang)
    objecting.withdraw(objection=filed(enterprise=us), now=NOW)
    Enterprise.objects.update(name=LIKE, name_key=LIKE)
    return {
        ("edition", "draft", "wang"), ("edition", "overruled", "li"), ("edition", "sealed", "li"),
        ("edition", "withdrawn", "wang"), ("objection", "received", ""), ("objection", "in_work", "wang"),
        ("objection", "rejected", "wang"), ("objection", "upheld", "wang"), ("objection", "withdrawn", ""),
        ("correction", "created", ""), ("enterprise", "changed", ""),
    }  # fmt: skip


def catalogue(publish: Publish, wang: User, li: User) -> Told:
    District.objects.update(note="批量")  # in bulk, past every signal
    HeaderWord.objects.filter(field="seq").delete()
    programme = Programme.objects.get(code="HNTE")
    rule = ProgrammeRule.objects.filter(programme=programme, superseded_at=None).latest("effective_from")
    revise_rules(programme=programme, ended=[rule.pk], begun=[rule], now=NOW, by=wang)
    SpecialDay.objects.create(day="2030-01-01")
    GuardLimit.objects.update(least=7)
    assert Event.objects.filter(model="registry.district").count() == District.objects.count()
    return {
        ("catalogue", "changed", ""), ("catalogue", "deleted", ""), ("catalogue", "superseded", ""),
        ("catalogue", "created", "wang"), ("setting", "created", ""), ("setting", "changed", ""),
    }  # fmt: skip


def institutions(publish: Publish, wang: User, li: User) -> Told:
    bank = institution("bank-a")
    person("reader", bank, role=Role.READER)
    agreeing.agree(institution=bank, programmes=[], include_name_only=True, now=NOW)
    key, text = keying.make_key(institution=bank, name="核心", days=9, by=wang, now=NOW)
    keying.revoke(key=key, now=NOW)
    portal = Channel.objects.get(institution=bank)
    hook = Channel.objects.create(institution=bank, kind="webhook", url="https://bank.example/in")
    secret = rotating.new_signing_secret(channel=hook, by=wang, now=NOW)
    pausing.pause(channel=portal, why="停机", now=NOW, by=li)
    Contact.objects.create(institution=bank, name=SECRET, email=f"{SECRET}@bank.example")
    inviting.invite(institution=bank, email=f"{SECRET}@bank.example", name="李", role=Role.READER, by=li, now=NOW)
    Institution.objects.update(state="suspended")
    assert not any(hidden in str(Event.objects.values_list("details", flat=True)) for hidden in (text, secret))
    return {
        ("institution", "active", ""), ("account", "created", ""), ("account", "membership", ""),
        ("institution", "created", ""), ("key", "created", "wang"), ("key", "revoked", ""),
        ("channel", "created", ""), ("secret", "created", "wang"), ("channel", "paused", ""),
        ("institution", "contact", ""), ("institution", "invited", "li"), ("institution", "suspended", ""),
    }  # fmt: skip


def accounts(publish: Publish, wang: User, li: User) -> Told:
    wang.set_password(SECRET)
    wang.save()
    User.objects.filter(pk=li.pk).update(email=f"{SECRET}@kjj.example", is_superuser=True)
    group = Group.objects.create(name="联络员")
    group.permissions.add(Permission.objects.first() or 0)
    for programme in (None, Programme.objects.get(code="HNTE")):
        ImportRight.objects.create(department=group, programme=programme).delete()
    assert set(Event.objects.filter(model="registry.importright").values_list("label", flat=True)) == {
        "联络员", "联络员 · " + Programme.objects.get(code="HNTE").name,
    }  # fmt: skip
    wang.groups.add(group)
    wang.groups.clear()
    li.user_permissions.add(Permission.objects.first() or 0)
    factor = Authenticator.objects.create(user=wang, type="totp", data={"secret": SECRET})
    factor.delete()
    LogEntry.objects.log_actions(wang.pk, [li], CHANGE, change_message="已解锁", single_object=True)
    li.delete()
    labels = Event.objects.filter(act="role").values_list("label", flat=True)
    assert set(labels) == {"wang · 联络员"}
    return {
        ("account", "password_set", ""), ("account", "superuser", ""), ("account", "created", ""),
        ("account", "permission", ""), ("account", "role", ""), ("second_factor", "created", ""),
        ("second_factor", "deleted", ""), ("desk", "noted", "wang"), ("account", "deleted", ""),
    }  # fmt: skip


@pytest.mark.parametrize(
    "scenario",
    [lists, decisions, editions_and_objections, catalogue, institutions, accounts],
    ids=lambda one: one.__name__,
)
def test_what_people_do_is_on_record(
    scenario: Callable[[Publish, User, User], Told], publish: Publish, settings: Settings, monkeypatch: Any
) -> None:
    wang, li = (User.objects.create_user(name, f"{name}@kjj.example") for name in ("wang", "li"))
    User.objects.update(is_staff=True)
    User.objects.filter(pk=wang.pk).update(is_superuser=True)  # who imports for any department
    wang.refresh_from_db()
    monkeypatch.setattr("tests.conftest.stage", lambda **facts: importing.stage(**facts, by=wang))
    before = Event.objects.order_by("-number").values_list("number", flat=True).first() or 0
    # Without a request the rows themselves say who it was: here nobody's name is known of the process.
    with attended(Attendance(page="test")):
        expected = scenario(publish, wang, li)
    events = Event.objects.filter(number__gt=before)
    told = set(events.values_list("area", "act", "user_name"))
    assert expected <= told, expected - told
    assert SECRET not in str(list(events.values()))
    assert not {act for _area, act, _who in told} - set(ACTS)


def test_who_asks_goes_before_who_stands_in_the_row(publish: Publish) -> None:
    wang, li = (User.objects.create_user(name) for name in ("wang", "li"))
    asking = Attendance(
        page="POST /admin/", request="r1", address="203.0.113.7", ask=lambda: Who(li.pk, li.get_username())
    )
    listed = publish([HEAD, [NAME, "", "", ""]], confirmed=False)
    with attended(asking):
        importing.confirm(list_import=listed, now=NOW, by=wang)
    event = Event.objects.get(area="list", act="confirmed")
    assert (event.user_name, event.address, event.request) == ("li", "203.0.113.7", "r1")
    assert (event.model, event.key, event.label) == ("registry.listimport", str(listed.pk), listed.title)
    note("sign_in", "failed", success=False)
    assert Event.objects.latest("number").user_name  # the operating system's user


@pytest.mark.parametrize(
    ("statement", "rows"),
    [
        ("UPDATE registry_district SET note = '100%%' || %s WHERE code = %s", [("甲", "410105"), ("乙", "410103")]),
        ("WITH c AS (SELECT 1) UPDATE registry_district SET note = %s WHERE code = %s", [("'; \\ --", "410105")]),
        (
            "  insert INTO registry_district (code, name, aliases, note) VALUES ('999999', '百分%%', '{}', %s || %s)",
            [("", "")],
        ),
    ],
)
@pytest.mark.parametrize("many", [True, False])
def test_whoever_writes_by_whatever_statement_is_told(statement: str, rows: list[Any], many: bool) -> None:
    with (
        attended(Attendance(page="GET /'%s%%\\", request="r'1", ask=lambda: Who(7, "o'b%s"))),
        connection.cursor() as cursor,
    ):
        if many:
            cursor.executemany(statement, rows)
        else:
            for row in rows:
                cursor.execute(statement, row)
    told = set(Event.objects.values_list("user_id", "user_name", "page", "request"))
    assert told == {(7, "o'b%s", "GET /'%s%%\\", "r'1")}
    assert Event.objects.count() == len(rows)


@pytest.mark.parametrize("page", ["POST /admin/\\u0000", "POST /admin/\\\\u0000x", "POST /admin/\x00"])
def test_no_address_makes_what_is_told_unreadable(page: str) -> None:
    with attended(Attendance(page=page, ask=lambda: Who(7, "wang"))):
        District.objects.filter(code="410105").update(note="x")
    assert Event.objects.get().page == page.replace("\x00", "")
