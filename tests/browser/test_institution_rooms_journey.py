"""An institution's people go through their rooms, at a desk and on a phone: every page fits, filters are live."""

from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from pushes import keying, requesting, rotating
from pushes.delivering import sweep
from pushes.models import AccessKey, Channel, ChannelKind, Role
from tests.browser.conftest import JOURNEY, Open, await_true, shoot, sideways
from tests.pushes.making import institution, person
from tests.pushes.rooms import channel, two_editions

pytestmark = JOURNEY

LABEL = "ZZKJ-2026Q3-v1"
ROOMS = {
    "start": "",
    "edition": f"editions/{LABEL}/",
    "changes": f"editions/{LABEL}/changes/",
    "members": f"editions/{LABEL}/members/",
    "deliveries": "deliveries/",
    "channels": "channels/",
    "api-keys": "api-keys/",
    "profile": "profile/",
    "ask": "profile/ask/",
}


def test_the_rooms_of_an_institution(open_page: Open) -> None:
    two_editions()
    bank = institution(formats=["xlsx", "csv", "jsonl"])
    clerk = person("王敏", bank, role=Role.ADMINISTRATOR)
    sweep(clock=timezone.now)
    called = channel(bank, ChannelKind.WEBHOOK)
    now = timezone.now()
    rotating.new_signing_secret(channel=called, by=clerk, now=now)
    rotating.new_signing_secret(channel=called, by=clerk, now=now)
    rotating.new_key_pair(channel=channel(bank, ChannelKind.SFTP), by=clerk, now=now)
    Channel.objects.filter(kind=ChannelKind.WEBHOOK).update(
        paused=True, paused_at=now, paused_why="连续 5 天失败：对方没有应答"
    )
    keying.make_key(institution=bank, name="数据仓库", days=20, by=clerk, now=now)
    requesting.ask_for_target(
        channel=called, reason="回调地址迁移到新的网关 https://gw.bank.example/in", by=clerk, now=now
    )

    page = open_page("/")
    _sign_in(page, clerk)
    for name, path in ROOMS.items():
        page.goto(f"/institutions/{path}")
        assert page.locator("h1").count() == 1, name
        assert sideways(page) <= 0, name
        shoot(page, f"rooms-{name}")

    page.goto(f"/institutions/editions/{LABEL}/members/")
    page.fill("[name=q]", "旧名")
    await_true(page, "document.querySelector('#count').textContent.includes('共 1 家')")
    assert "q=" in page.url
    assert page.locator("#found tbody tr").count() == 1
    shoot(page, "rooms-members-found")
    page.click("#found tbody a")
    page.wait_for_selector("dl.facts")
    shoot(page, "rooms-member")
    page.goto(f"/institutions/editions/{LABEL}/changes/")
    page.select_option("[name=kind]", "removed")
    await_true(page, "document.querySelectorAll('#found tbody tr').length === 1")
    assert "离库" in page.inner_text("#found")

    page.go_back()
    await_true(page, "document.querySelectorAll('#found tbody tr').length === 4")
    kept = page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")
    assert "离库" not in kept and "<" not in kept  # nothing of a page stays in the browser

    page.goto("/institutions/api-keys/")
    page.fill("[name=name]", "对账程序")
    page.click("text=生成密钥")
    key = page.inner_text("#fresh")
    assert keying.use(text=key, now=timezone.now()).name == "对账程序"
    shoot(page, "rooms-api-keys-fresh")
    page.reload()  # sends the form again
    assert AccessKey.objects.filter(name="对账程序").count() == 1
    page.goto("/institutions/api-keys/")
    assert key not in page.content()
    assert AccessKey.objects.filter(name="数据仓库").exists()

    page.set_viewport_size({"width": 390, "height": 800})
    for name, path in ROOMS.items():
        page.goto(f"/institutions/{path}")
        assert sideways(page) <= 0, name
        shoot(page, f"rooms-{name}-390")
    page.goto(f"/institutions/editions/{LABEL}/members/")
    page.click("#found tbody a >> nth=0")
    page.wait_for_selector("dl.facts")
    assert sideways(page) <= 0
    shoot(page, "rooms-member-390")


def _sign_in(page: Page, user: object) -> None:
    """The sign-in is another journey's: here somebody comes with a session."""
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": page.url}])
