"""An enterprise objects on a phone; two people of the bureau decide; the next edition tells the cause."""

from playwright.sync_api import Page

from enterprises.models import Enterprise, Objection, ObjectionState
from tests.browser.conftest import shoot, sideways
from tests.browser.desks import fits, press
from tests.browser.quarter import EDITIONS, OBJECTIONS, RIGHT, WRONG, Quarter, of, section, sweep
from tests.enterprises.evidence_files import pdf
from tests.enterprises.objections import SAYS


def an_enterprise_objects_and_is_right(quarter: Quarter) -> None:
    phone, number, secret = _filed(quarter)
    clerk = quarter.colleague("吴磊", "匹配审核员")
    clerk.click(f"#content a[href^='{OBJECTIONS}'] >> nth=0")
    clerk.click(f"text={number}")
    press(clerk, "由我办理")
    fits(clerk, "objection")
    quarter.picture(clerk, "objection", "#content", tall=900)
    assert clerk.is_checked("tr.meant [name=lines]")  # the line that the enterprise meant
    clerk.fill("[name=right_name]", RIGHT)
    clerk.fill("form.uphold [name=reason]", "经核对证书，名单所列名称有误，予以更正。")
    assert "须由另一人确认" in press(clerk, "异议成立")
    assert clerk.get_by_role("button", name="复核通过并确认更正").count() == 0
    assert "核查中" in _followed(phone, number, secret)  # to the enterprise a proposed decision is none
    objection = Objection.objects.get()
    checker = quarter.checker
    checker.goto(of(OBJECTIONS, objection))
    quarter.picture(checker, "objection-second", section("状态"))
    assert "已复核通过" in press(checker, "复核通过并确认更正")
    objection.refresh_from_db()
    assert objection.state == ObjectionState.UPHELD
    sweep()
    checker.goto(f"{EDITIONS}preview/?day=2026-12-31&fresh=1&kind=changed")
    told = checker.locator("tr", has_text=RIGHT)
    assert "企业名称经异议核实更正" in told.inner_text()
    assert "予以更正" in _followed(phone, number, secret)
    fits(phone, "objection-decided")
    mended = Enterprise.objects.get(name=RIGHT)
    phone.goto(f"/watch/{mended.public_id}/")
    assert sideways(phone) <= 0
    checker.goto(f"/admin/enterprises/enterprise/{mended.pk}/change/")
    fits(checker, "enterprise")
    quarter.picture(checker, "enterprise", "#content", tall=900)


def _filed(quarter: Quarter) -> tuple[Page, str, str]:
    """On a phone, without an account; returns the receipt's number and secret."""
    file = quarter.folder / "证书.pdf"
    file.write_bytes(pdf())
    phone = quarter.open("/", width=390)
    phone.fill("[name=q]", WRONG)
    phone.keyboard.press("Enter")
    phone.click('.voice a[href*="/objections/"]')
    phone.click("main form button")  # nothing is filled in
    phone.wait_for_selector("[role=alert]")
    assert sideways(phone) <= 0
    phone.check("[name=kind][value=name]")
    phone.select_option("[name=line]", index=1)
    phone.fill("[name=says]", SAYS)
    phone.fill("[name=contact_phone]", "0371-67180000")
    phone.set_input_files("[name=files]", file)
    shoot(phone, "objection-form-390")
    phone.click("main form button")
    phone.wait_for_selector("#secret")
    assert sideways(phone) <= 0
    return phone, phone.inner_text("dd.code >> nth=0"), phone.inner_text("#secret")


def _followed(phone: Page, number: str, secret: str) -> str:
    phone.goto(f"/objections/{number}/")
    phone.fill("[name=secret]", secret)
    phone.click("main button")
    phone.wait_for_selector("p.code")
    return phone.inner_text("main")
