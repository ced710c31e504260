"""Somebody is invited, opens the account, sets the second factor up, comes in; and wrong passwords close the door."""

import re

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django import Settings

from pushes import inviting
from pushes.models import Role
from tests.browser.conftest import JOURNEY, Open, shoot, sideways
from tests.codes import Authenticator
from tests.pushes.making import institution, person

pytestmark = JOURNEY

PASSWORD = "Zhengzhou-2026!"
EMAIL = "li.si@bank.example"


@pytest.fixture(autouse=True)
def strict(settings: Settings) -> None:
    settings.MFA_REQUIRED = ["institutions"]


def shoot_both(page: Page, name: str) -> None:
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert sideways(page) <= 0, f"{name} at {width}"
        shoot(page, f"{name}-{width}")


def test_from_invitation_to_editions(open_page: Open) -> None:
    bank = institution()
    boss = person("boss", bank, role=Role.ADMINISTRATOR)
    inviting.invite(institution=bank, email=EMAIL, name="李四", role=Role.ADMINISTRATOR, by=boss, now=timezone.now())
    inviting.send_due(now=timezone.now())
    found = re.search(r"http://\S+?(/institutions/invitations/\S+/)", str(mail.outbox[-1].body))
    assert found

    page = open_page(found.group(1))
    shoot_both(page, "accounts-invitation")
    page.fill("[name=password1]", "too plain")
    page.fill("[name=password2]", "too plain")
    page.click("main button")
    page.wait_for_selector("[role=alert]")
    shoot(page, "accounts-invitation-refused")
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.click("main button")

    page.wait_for_selector(".qr svg")
    shoot_both(page, "accounts-second-factor")
    secret = page.inner_text(".secret")
    page.fill("[name=code]", "000000")
    page.click("main button")
    page.wait_for_selector("[role=alert]")
    assert page.inner_text(".secret") == secret
    app = Authenticator(secret)
    page.fill("[name=code]", app.code())
    page.click("main button")

    page.wait_for_selector(".codes")
    assert page.locator(".codes li").count() == 10 and page.locator("[data-print]").is_visible()
    shoot_both(page, "accounts-recovery-codes")
    page.click("main a.button")
    page.wait_for_selector("text=尚无推送")
    page.goto("/institutions/people/")
    shoot_both(page, "accounts-people")
    page.fill("[name=name]", "王五")
    page.fill("[name=email]", "wang.wu@bank.example")
    page.click('form[action$="/invite"] button')
    page.wait_for_selector(".messages .success")
    shoot_both(page, "accounts-people-invited")
    page.goto("/accounts/2fa/")
    shoot_both(page, "accounts-security")
    other = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Edg/140.0"})
    other.post("/accounts/login/", {"login": EMAIL, "password": PASSWORD})
    other.post("/accounts/2fa/authenticate/", {"code": app.code()})
    page.click("text=已登录的设备")
    page.wait_for_selector("text=Edge · Windows")
    shoot_both(page, "accounts-sessions")
    page.click("text=退出该设备")
    page.wait_for_selector(".messages .success")
    assert other.get("/institutions/").status_code == 302

    page.click("header form button")
    page.wait_for_selector("input[name=q]")
    page.goto("/institutions/")
    page.fill("[name=login]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_selector("[name=code]")
    shoot_both(page, "accounts-code")
    page.fill("[name=code]", app.code())
    page.click("main button")
    page.wait_for_selector("text=尚无推送")


def test_wrong_passwords_close_the_door(open_page: Open) -> None:
    person("boss", institution(), role=Role.ADMINISTRATOR)
    page = open_page("/institutions/")
    shoot_both(page, "accounts-sign-in")
    for _try in range(6):
        page.fill("[name=login]", "boss")
        page.fill("[name=password]", "wrong")
        with page.expect_navigation():
            page.click("main button")
    assert "请等待 15 分钟" in page.inner_text("[role=alert]")
    shoot_both(page, "accounts-locked")
    assert User.objects.get(username="boss").last_login is None
    page.click("text=忘记密码？")
    shoot_both(page, "accounts-forgotten")
