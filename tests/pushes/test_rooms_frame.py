"""The frame of the rooms: who may do what where, and that every act is posted, from here, to what is one's own."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pushes import delivering, keying
from pushes.models import ChannelKind, Institution, Role
from tests.pushes.making import institution
from tests.pushes.rooms import browser, channel, people, two_editions

LABEL = "ZZKJ-2026Q3-v1"
PAGES = {
    "editions": ([], Role.READER),
    "edition": ([LABEL], Role.READER),
    "changes": ([LABEL], Role.READER),
    "members": ([LABEL], Role.READER),
    "deliveries": ([], Role.READER),
    "channels": ([], Role.READER),
    "profile": ([], Role.READER),
    "ask-profile": ([], Role.OPERATOR),
    "api-keys": ([], Role.ADMINISTRATOR),
}
ACTS = {
    "acknowledge": ([LABEL], Role.OPERATOR),
    "try-channel": (["webhook"], Role.OPERATOR),
    "ask-channel": (["webhook"], Role.OPERATOR),
    "take-back": (["channel"], Role.OPERATOR),
    "sign-channel": (["webhook"], Role.ADMINISTRATOR),
    "pair-channel": (["sftp"], Role.ADMINISTRATOR),
    "password-channel": (["sftp"], Role.ADMINISTRATOR),
    "end-former": (["webhook"], Role.ADMINISTRATOR),
    "make-key": ([], Role.ADMINISTRATOR),
    "replace-key": (["PREFIX"], Role.ADMINISTRATOR),
    "revoke-key": (["PREFIX"], Role.ADMINISTRATOR),
}
TYPED = {"reason": "测试", "password": "pw", "name": "机器", "days": "10", "scope": "fetch", "once": "first"}


@pytest.fixture
def bank(db: None) -> Institution:
    """An institution with everything in it, and its people."""
    two_editions()
    made = institution("bank-a")
    delivering.sweep(clock=timezone.now)
    who = people(made)[Role.ADMINISTRATOR]
    for kind in (ChannelKind.EMAIL, ChannelKind.WEBHOOK, ChannelKind.SFTP):
        channel(made, kind)
    keying.make_key(institution=made, name="机器", days=10, by=who, now=timezone.now())
    return made


def address(view: str, args: list[str], of: Institution) -> str:
    prefix = of.access_keys.get().prefix
    return reverse(f"pushes:{view}", args=[prefix if one == "PREFIX" else one for one in args])


def in_role(of: Institution, role: Role) -> Client:
    return browser(of.people.get(role=role).user)


@pytest.mark.parametrize("role", list(Role))
def test_a_page_is_open_from_its_role_on(bank: Institution, role: Role) -> None:
    clerk = in_role(bank, role)
    for view, (args, least) in PAGES.items():
        page = clerk.get(address(view, args, bank))
        assert page.status_code == (200 if role.includes(least) else 403), view
        assert page["Cache-Control"] == "private, no-store"
        assert page.content.decode().count("<h1") == 1
        assert 'aria-current="page"' in page.content.decode(), view


@pytest.mark.parametrize("view", ACTS)
def test_an_act_is_posted_by_whoever_may(bank: Institution, view: str) -> None:
    args, least = ACTS[view]
    url = address(view, args, bank)
    assert Client().post(url, TYPED).status_code == 302
    for role in Role:
        clerk = in_role(bank, role)
        assert clerk.get(url).status_code == 405
        if not role.includes(least):
            assert clerk.post(url, TYPED).status_code == 403
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(bank.people.get(role=Role.ADMINISTRATOR).user)
    assert strict.post(url, TYPED).status_code == 403


@pytest.mark.parametrize("view", [view for view in ACTS if view not in ("acknowledge", "make-key")])
def test_anothers_channels_keys_and_requests_are_not_found(bank: Institution, view: str) -> None:
    in_role(bank, Role.OPERATOR).post(reverse("pushes:ask-channel", args=["webhook"]), TYPED)
    other = institution("bank-b")
    stranger = browser(people(other)[Role.ADMINISTRATOR])
    assert stranger.post(address(view, ACTS[view][0], bank), TYPED).status_code == 404


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (Role.READER, {"版本", "名单", "推送", "渠道与接口", "约定范围"}),
        (Role.ADMINISTRATOR, {"版本", "名单", "推送", "渠道与接口", "约定范围"}),
    ],
)
def test_the_navigation(bank: Institution, role: Role, names: set[str]) -> None:
    text = in_role(bank, role).get(reverse("pushes:members", args=[LABEL])).content.decode()
    nav = text.partition('class="rooms"')[2].partition("</nav>")[0]
    assert all(f">{name}</a>" in nav for name in names)
    assert nav.count("aria-current") == 1 and 'aria-current="page">名单</a>' in nav
    assert "示范银行（bank-a）" in text and str(role.label) in text


def test_a_page_has_no_script_or_style_of_its_own(bank: Institution) -> None:
    clerk = in_role(bank, Role.ADMINISTRATOR)
    for view, (args, _least) in PAGES.items():
        text = clerk.get(address(view, args, bank)).content.decode()
        assert re.findall(r"<[^>]+\s(?:style|on\w+)=|<style|<script>|http://", text) == [], view
