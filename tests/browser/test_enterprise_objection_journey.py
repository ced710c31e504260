"""An enterprise objects on a phone, staff correct the line on a wide screen, and the phone shows the decision."""

from datetime import date
from pathlib import Path

from playwright.sync_api import Page

from enterprises import pooling, resolving
from enterprises.models import Enterprise
from tests.browser.conftest import JOURNEY, Open, shoot, sideways
from tests.conftest import NOW, Publish
from tests.enterprises.evidence_files import pdf
from tests.enterprises.objections import SAYS, in_memory
from tests.staff import staff

pytestmark = JOURNEY
__all__ = ["in_memory"]
WRONG, RIGHT = "郑州启杭科技有限公司", "郑州启航科技有限公司"
HEAD = ["企业名称", "证书编号", "发证日期", "区县"]


def seen(page: Page, name: str) -> None:
    assert sideways(page) <= 0, name
    shoot(page, f"objection-{name}")


def follow(page: Page, number: str, secret: str) -> None:
    page.goto(f"/objections/{number}/")
    page.fill("[name=secret]", secret)
    page.click("main button")
    page.wait_for_selector("p.code")


def test_from_a_phone_to_the_desk_and_back(in_memory: None, open_page: Open, publish: Publish, tmp_path: Path) -> None:
    publish(
        [HEAD, [WRONG, "GR202541000001", "2025-01-10", "金水区"]], title="关于公布河南省2024年高新技术企业名单的通知"
    )
    resolving.resolve(now=NOW)
    pooling.rebuild(as_of=date(2026, 10, 1), now=NOW)
    staff("enterprises.view_objection", "enterprises.settle_objection", "enterprises.view_enterprise", name="officer")
    file = tmp_path / "证书.pdf"
    file.write_bytes(pdf())

    phone = open_page("/", width=390)
    phone.fill("[name=q]", WRONG)
    phone.keyboard.press("Enter")
    phone.click('.voice a[href*="/objections/"]')
    seen(phone, "form-390")
    phone.click("main form button")  # nothing is filled in
    phone.wait_for_selector("[role=alert]")
    seen(phone, "form-wrong-390")
    phone.check("[name=kind][value=name]")
    phone.select_option("[name=line]", index=1)
    phone.fill("[name=says]", SAYS)
    phone.fill("[name=contact_phone]", "0371-67180000")
    phone.set_input_files("[name=files]", file)
    phone.click("main form button")
    phone.wait_for_selector("#secret")
    seen(phone, "receipt-390")
    number, secret = phone.inner_text("dd.code >> nth=0"), phone.inner_text("#secret")
    follow(phone, number, secret)
    seen(phone, "page-390")

    desk = open_page("/admin/", width=1280)
    desk.fill("[name=login]", "officer")
    desk.fill("[name=password]", "a-long-Password-1")
    desk.click("main button")
    desk.click(".desk-steps a[href*='/objection/']")
    shoot(desk, "objection-queue-1280")
    desk.click(f"text={number}")
    desk.click("text=由我办理")
    desk.wait_for_selector("form.uphold")
    seen(desk, "desk-1280")
    desk.set_viewport_size({"width": 390, "height": 844})
    seen(desk, "desk-390")
    desk.set_viewport_size({"width": 1280, "height": 900})
    assert desk.is_checked("tr.meant [name=lines]")  # the line that the enterprise meant
    desk.fill("[name=right_name]", RIGHT)
    desk.fill("form.uphold [name=reason]", "经核对证书，名单所列名称有误，予以更正。")
    desk.click("form.uphold [type=submit]")
    desk.wait_for_selector(".state.confirmed")
    seen(desk, "desk-upheld-1280")
    resolving.resolve(now=NOW.replace(year=2027))

    follow(phone, number, secret)
    seen(phone, "decided-390")
    assert "予以更正" in phone.inner_text("main")
    assert Enterprise.objects.get().name == RIGHT
    phone.goto(f"/watch/{Enterprise.objects.get().public_id}/")
    seen(phone, "watch-390")
