"""Staff look at the next edition beforehand, meet a red guard, and a second person overrules it with a reason."""

from datetime import timedelta

from playwright.sync_api import Page

from enterprises import editions, resolving
from enterprises.models import Edition, EditionState, Overruling
from registry import importing
from tests.browser.conftest import JOURNEY, Open, shoot, sideways
from tests.conftest import NOW, Publish
from tests.staff import staff

pytestmark = JOURNEY

PERMISSIONS = (
    "enterprises.view_edition", "enterprises.seal_edition", "enterprises.overrule_edition",
    "enterprises.view_enterprise", "enterprises.view_guardlimit", "enterprises.view_expectedlist",
)  # fmt: skip


def sign_in(open_page: Open, name: str) -> Page:
    staff(*PERMISSIONS, name=name)
    page = open_page("/admin/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", "a-long-Password-1")
    page.click("main button")
    page.wait_for_selector("#user-tools")
    return page


def shoot_both(page: Page, name: str) -> None:
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert sideways(page) <= 0, f"{name} at {width}"
        shoot(page, f"{name}-{width}")


def test_a_red_guard_is_seen_beforehand_and_overruled_by_a_second_person(open_page: Open, publish: Publish) -> None:
    header = ["企业名称", "证书编号", "发证日期", "区县"]
    firms = [[f"郑州示范{n}号智能科技有限公司", f"GR202441{n:06d}", "2024-01-10", "金水区"] for n in range(60)]
    publish([header, *firms], published="2024-02-01")
    others = [[f"郑州精密{n}号制造有限公司"] for n in range(40)]
    listed = publish([["企业名称"], *others], programme="SRDI", published="2024-05-20", title="2024年专精特新名单")
    resolving.resolve(now=NOW)
    editions.seal(edition=editions.cut(quarter="2026Q2", now=NOW), now=NOW)
    later = NOW + timedelta(hours=1)
    importing.withdraw(list_import=listed, reason="发布单位更正", now=later)
    publish([header, *([f"郑州新秀{n}号科技有限公司", "", "2026-08-01", "高新区"] for n in range(5))],
            programme="GZ", published="2026-07-20", now=later)  # fmt: skip
    resolving.resolve(now=later)

    maker = sign_in(open_page, "wang")
    maker.click("a[href*='/edition/preview/']")
    maker.wait_for_selector("#runs-out")
    assert maker.locator(".guards .state.red").count() >= 1
    shoot_both(maker, "edition-preview")
    maker.select_option("[name=kind]", "added")
    maker.click("form.steps [type=submit]")
    maker.wait_for_selector(".extra .state.added")
    assert maker.locator(".extra .state.removed").count() == 0
    maker.goto("/admin/enterprises/edition/preview/?day=2026-12-31")
    maker.click("#runs-out tbody a >> nth=0")
    maker.wait_for_selector("#ending")
    shoot_both(maker, "edition-preview-month")

    draft = editions.cut(quarter="2026Q3", now=later + timedelta(hours=1))
    maker.goto("/admin/")
    assert maker.locator(".desk-alarms a[href*='/edition/']").count() == 1
    shoot_both(maker, "edition-front-page")
    maker.goto(f"/admin/enterprises/edition/{draft.pk}/change/")
    maker.click("form[action$='/recut/'] [type=submit]")
    maker.wait_for_selector(".messagelist .success")
    assert maker.locator("form[action$='/seal/']").count() == 0
    shoot_both(maker, "edition-red")
    maker.fill("#overrule-reason", "我看没问题")
    maker.click("form[action$='/overrule/'] [type=submit]")
    maker.wait_for_selector(".messagelist .error")
    assert not Overruling.objects.exists()
    shoot(maker, "edition-red-refused")

    draft = Edition.objects.get(quarter="2026Q3")
    checker = sign_in(open_page, "zhao")
    checker.goto(f"/admin/enterprises/edition/{draft.pk}/change/")
    checker.fill("#overrule-reason", "省工信厅已发更正公告，原名单作废，核对无误")
    checker.click("form[action$='/overrule/'] [type=submit]")
    checker.wait_for_selector("form[action$='/seal/']")
    checker.click("form[action$='/seal/'] [type=submit]")
    checker.wait_for_selector("form[action$='/withdraw/']")
    draft.refresh_from_db()
    assert (draft.state, str(draft.sealed_by)) == (EditionState.SEALED, "zhao")
    assert "省工信厅已发更正公告" in checker.inner_text(".overruled")
    shoot_both(checker, "edition-overruled")
    checker.select_option("#since", label="ZZKJ-2026Q2-v1")
    checker.click("form[action$='/delta/'] [type=submit]")
    checker.wait_for_selector(".paging, .state.removed")
    shoot_both(checker, "edition-delta")
