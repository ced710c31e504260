"""From doubtful matches to the sealed edition, whose red guard a second person overrules."""

from django.utils import timezone
from playwright.sync_api import Page

from enterprises import editions
from enterprises.models import Edition, EditionState, Overruling, ReviewItem
from tests.browser.conftest import await_true
from tests.browser.desks import fits, press
from tests.browser.quarter import EDITIONS, MATCHED, REVIEWS, Quarter, of, press_and_wait, section


def doubtful_matches_are_settled(quarter: Quarter) -> None:
    page = quarter.colleague("李娜", "匹配审核员")
    page.click(f"#content a[href='{REVIEWS}'] >> nth=0")
    quarter.picture(page, "matches", "#changelist", tall=560)
    page.click(f"a[href^='{REVIEWS}start/']")
    first, second = ReviewItem.objects.order_by("pk")[:2]
    quarter.picture(page, "match", "#desk", tall=860)
    for key, item in (("1", second), ("z", first), ("1", second), ("u", None)):  # decided, taken back; put back
        _stroke(page, key)
        assert item is None or page.get_attribute("#desk", "data-item") == str(item.pk)
    page.goto(f"{REVIEWS}bulk/")
    press_and_wait(page, "抽样", "a.default")
    quarter.picture(page, "match-sample", "#content", vague="tbody td.name", tall=520)  # drawn at random
    page.click("a.default")
    page.wait_for_selector(".doubt")
    for number in range(5):
        _stroke(page, "1") if number < 4 else page.keyboard.press("1")
    page.wait_for_selector("form[action$='/accept/']")
    fits(page, "match-sample")
    quarter.picture(page, "match-accept", "form[action$='/accept/']")
    assert f"已确认 {MATCHED - 2 - 5} 条匹配" in press(page, f"将 {MATCHED - 2 - 5} 条确认为同一家企业")
    page.goto(f"{REVIEWS}{second.pk}/change/")
    page.click(".card:nth-of-type(2) [name=choice]")
    page.wait_for_selector("#changelist")  # it was the last one
    assert not ReviewItem.objects.filter(closed_at=None).exists()


def _stroke(page: Page, key: str) -> None:
    """Press a key at the desk of doubtful matches, and wait for what it shows."""
    page.evaluate("document.getElementById('desk').dataset.seen = 1")
    page.keyboard.press(key)
    await_true(page, "!document.getElementById('desk')?.dataset.seen && !document.querySelector('[aria-busy]')")


def a_red_guard_is_overruled_and_the_edition_sealed(quarter: Quarter) -> Edition:
    maker, now = quarter.checker, timezone.now()
    maker.goto("/admin/")
    maker.click(f"a[href='{EDITIONS}preview/'] >> nth=0")
    maker.wait_for_selector(".guards .state.red")
    fits(maker, "preview")
    quarter.picture(maker, "preview", "#content", tall=900)
    maker.select_option("[name=kind]", "added")
    maker.click("form.steps [type=submit]")
    maker.wait_for_selector(".extra .state.added")
    assert maker.locator(".extra .state.removed").count() == 0
    maker.goto(f"{EDITIONS}preview/?day=2026-12-31")
    maker.click("#runs-out tbody a >> nth=0")
    maker.wait_for_selector("#ending")
    quarter.picture(maker, "preview-runs-out", "#runs-out", tall=420)

    draft = editions.cut(quarter="2026Q3", now=now)  # on the first morning of the quarter, or as soon as it can be
    maker.goto("/admin/")
    quarter.picture(maker, "front-page", "#content", tall=300)
    maker.click(f"#content a[href='{of(EDITIONS, draft)}'] >> nth=0")
    assert "重新生成" in press(maker, "重新生成")
    assert maker.get_by_role("button", name="封存", exact=True).count() == 0
    fits(maker, "edition-red")
    quarter.picture(maker, "edition-red", section("把关结果"))
    assert "须由他人放行" in maker.inner_text("#content")
    assert maker.get_by_role("button", name="放行", exact=True).count() == 0
    assert not Overruling.objects.exists()

    edition = Edition.objects.get(quarter="2026Q3")
    second = quarter.colleague("孙悦", "复核员")
    second.goto(of(EDITIONS, edition))
    second.fill("#overrule-reason", "省工信厅已发更正公告，原名单作废，核对无误")
    assert "已放行" in press(second, "放行")
    quarter.picture(second, "edition-seal", section("状态"))
    assert "已封存" in press(second, "封存")
    edition.refresh_from_db()
    assert (edition.state, str(edition.sealed_by)) == (EditionState.SEALED, "孙悦")
    assert "更正公告" in second.inner_text(".overruled")
    fits(second, "edition-sealed")
    second.select_option("#since", label="ZZKJ-2026Q2-v1")
    press_and_wait(second, "查看", ".paging, .state.removed")
    return edition
