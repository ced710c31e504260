"""Staff take a list from its file to the pool, settle a doubtful match, and seal an edition."""

from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Page
from pytest_django import Settings

from enterprises import editions, pooling, resolving
from enterprises.models import Edition, EditionState, MatchDecision, ReviewItem
from registry.models import ImportState, ListImport, Programme
from tests.browser.conftest import JOURNEY, Open, shoot, sideways
from tests.conftest import NOW, Cells, Publish, write_workbook
from tests.enterprises.looking import CODE, HEADER, NAME
from tests.processes import worker
from tests.staff import staff

pytestmark = JOURNEY

PERMISSIONS = (
    "registry.view_programme", "registry.add_listimport", "registry.view_listimport",
    "registry.confirm_listimport", "registry.view_entry", "enterprises.view_enterprise",
    "enterprises.view_reviewitem", "enterprises.settle_reviewitem", "enterprises.view_edition",
    "enterprises.seal_edition", "enterprises.view_matchdecision", "enterprises.view_poolrebuild",
    "auditing.view_event", "auditing.export_event",
)  # fmt: skip


def sign_in(open_page: Open, name: str = "wang", more: tuple[str, ...] = ()) -> Page:
    staff(*PERMISSIONS, *more, name=name)
    page = open_page("/admin/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", "a-long-Password-1")
    page.click("main button")
    page.wait_for_selector("#user-tools")
    return page


def test_staff_upload_correct_confirm_and_withdraw_a_list(open_page: Open, tmp_path: Path, settings: Settings) -> None:
    rows: Cells = [
        ["河南省2025年度专精特新中小企业名单（共4家）"],
        ["序号", "企业名称", "登记证照", "区县"],
        [1, NAME, CODE, "金水区"],
        [2, "郑州乙新材料有限公司", "91410100MA44C1N270", "高新区"],
        [3, "河南丙电子股份有限公司（原名：郑州丙电子有限公司）", "", "中牟县"],
        [4, "", "", "金水区"],
        [5, "启航", "", "金水区"],
    ]
    file = write_workbook(tmp_path / "名单.xlsx", rows)
    page = sign_in(open_page)
    shoot(page, "admin-home")
    page.click("#content a[href$='/registry/listimport/']")
    page.click("a.import_link")
    page.set_input_files("[name=file]", file)
    page.select_option("[name=programme]", label=Programme.objects.get(code="SRDI").name)
    page.select_option("[name=notice]", "recognition")
    page.fill("[name=title]", "关于公布河南省2025年度专精特新中小企业名单的通知")
    page.fill("[name=document_number]", "豫工信企业〔2025〕88号")
    page.fill("[name=published_on]", "2025-08-01")
    shoot(page, "admin-upload")
    page.click("#content [type=submit]")
    page.wait_for_selector("form[action$='/confirm/']")
    shown = page.inner_text("#content-main")
    assert NAME in shown
    assert "河南丙电子股份有限公司" in shown
    shoot(page, "admin-import")
    listed = ListImport.objects.get()
    assert (listed.state, listed.row_count, listed.faulty_count) == (ImportState.STAGED, 5, 2)
    page.select_option("select[aria-label='登记证照']", "uscc")
    page.click("form[action$='/remap/'] [type=submit]")
    page.wait_for_selector(".messagelist .success")
    assert listed.entries.get(row_number=3).uscc == CODE
    shoot(page, "admin-import-remapped")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert sideways(page) <= 0
        shoot(page, f"admin-import-{width}")
    page.click("a[href$='&problem=name_not_in_full']")
    page.click("#result_list tbody a")
    correction = page.locator("#corrections form", has=page.locator("input[value=name]"))
    correction.locator("[name=text]").fill("河南启航有限公司")
    correction.locator("[name=why]").fill("查营业执照")
    shoot(page, "admin-entry-correcting")
    correction.locator("[type=submit]").click()
    page.wait_for_selector(".messagelist .success")
    shoot(page, "admin-entry-corrected")
    settings.CONFIRM_NEEDS_SECOND_PERSON = True
    page.goto(f"/admin/registry/listimport/{listed.pk}/change/")
    page.click("a[href*='/effect/']")
    page.wait_for_selector(".extra .state.added")
    shoot(page, "admin-effect")
    page.set_viewport_size({"width": 390, "height": 844})
    assert sideways(page) <= 0
    shoot(page, "admin-effect-390")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"/admin/registry/listimport/{listed.pk}/change/")
    page.check("[name=accept_sound]")
    page.click("form[action$='/confirm/'] [type=submit]")
    page.wait_for_selector(".messagelist .error")  # whoever staged it may not confirm it
    page = sign_in(open_page, "zhao")
    page.goto(f"/admin/registry/listimport/{listed.pk}/change/")
    page.check("[name=accept_sound]")
    page.click("form[action$='/confirm/'] [type=submit]")
    page.wait_for_selector("form[action$='/withdraw/']")
    shoot(page, "admin-import-confirmed")
    listed.refresh_from_db()
    assert listed.state == ImportState.CONFIRMED
    page.click("a[href$='&problem=name_missing']")
    page.wait_for_selector("#result_list")
    assert page.locator("#result_list tbody tr").count() == 1
    shoot(page, "admin-entries")
    page.goto(f"/admin/registry/listimport/{listed.pk}/change/")
    page.fill("form[action$='/withdraw/'] [name=reason]", "发布单位撤回")
    page.click("form[action$='/withdraw/'] [type=submit]")
    page.wait_for_selector("form[action$='/confirm/']")
    listed.refresh_from_db()
    assert listed.state == ImportState.WITHDRAWN


def test_staff_watch_a_large_list_being_read(
    open_page: Open, tmp_path: Path, settings: Settings, surroundings: dict[str, str]
) -> None:
    settings.LIST_READ_AT_ONCE_KILOBYTES = 0
    firms = [[number, f"郑州第{number}号科技有限公司"] for number in range(3_000)]
    file = write_workbook(tmp_path / "大名单.xlsx", [["序号", "企业名称"], *firms])
    page = sign_in(open_page)

    def upload() -> None:
        page.goto("/admin/registry/listimport/import/")
        page.set_input_files("[name=file]", file)
        page.select_option("[name=programme]", label=Programme.objects.get(code="SRDI").name)
        page.select_option("[name=notice]", "recognition")
        page.fill("[name=published_on]", "2025-08-01")
        page.click("#content [type=submit]")
        page.wait_for_selector("progress")

    upload()
    shoot(page, "admin-upload-waiting")
    page.set_viewport_size({"width": 390, "height": 844})
    assert sideways(page) <= 0
    shoot(page, "admin-upload-390")
    page.goto("/admin/registry/listimport/")
    shoot(page, "admin-lists-reading-390")
    page.click(".uploads a")
    page.click("#result_list tbody a")
    page.click("form[action$='/cancel/'] [type=submit]")
    page.wait_for_selector(".state.cancelled")
    shoot(page, "admin-upload-cancelled-390")
    page.set_viewport_size({"width": 1280, "height": 900})
    upload()
    with worker(surroundings, tmp_path / "worker.log"):
        page.wait_for_selector("form[action$='/confirm/']", timeout=60_000)  # the page goes there by itself
    listed = ListImport.objects.get()
    assert (listed.row_count, listed.state) == (3_000, ImportState.STAGED)


def test_staff_paste_a_table_on_a_phone(open_page: Open) -> None:
    page = sign_in(open_page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/admin/registry/listimport/import/")
    assert sideways(page) <= 0
    page.select_option("[name=programme]", label=Programme.objects.get(code="SRDI").name)
    page.select_option("[name=notice]", "recognition")
    page.fill("[name=published_on]", "2025-08-01")
    page.evaluate("document.querySelector('[name=pasted]').value = 'x'.repeat(700000)")
    page.dispatch_event("[name=pasted]", "input")
    assert page.evaluate("document.querySelector('[name=pasted]').validity.customError")
    shoot(page, "admin-paste-390")
    page.fill("[name=pasted]", f"序号\t企业名称\t统一社会信用代码\t区县\n1\t{NAME}\t{CODE}\t金水区")
    page.click("#content [type=submit]")
    page.wait_for_selector(".messagelist .success")
    listed = ListImport.objects.get()
    assert [entry.uscc for entry in listed.entries.all()] == [CODE]
    assert sideways(page) <= 0
    page.goto(f"/admin/registry/entry/{listed.entries.get().pk}/change/")
    assert sideways(page) <= 0
    shoot(page, "admin-entry-390")


def test_staff_settle_a_doubtful_match_and_seal_the_edition(open_page: Open, publish: Publish) -> None:
    other = "河南示例智能制造集团有限公司"
    renames = [["更名前企业名称", "更名后企业名称"], ["郑州旧名智造有限公司", NAME]]
    publish(
        [
            HEADER,
            [1, "郑州旧名智造有限公司", CODE, "GR202441000123", "金水区"],
            [2, "郑州乙新材料有限公司", "", "", "高新区"],
        ]
    )
    publish(renames, kind="rename", published="2025-03-01")
    resolving.resolve(now=NOW)
    editions.seal(edition=editions.cut(quarter="2026Q2", now=NOW), now=NOW)
    later = NOW + timedelta(hours=1)
    publish(
        [HEADER, [1, other, CODE, "", "金水区"], [2, "郑州戊有限公司", "", "", ""]],
        programme="SRDI",
        published="2026-08-01",
        now=later,
    )
    publish(
        [HEADER, [1, "郑州乙新材料有限公司", "", "", ""]],
        kind="revocation",
        published="2026-08-02",
        now=later,
    )
    resolving.resolve(now=later)
    pooling.rebuild(as_of=date(2026, 10, 1), now=later)
    item = ReviewItem.objects.get()
    page = sign_in(open_page)
    page.click("#content a[href$='/enterprises/reviewitem/']")
    shoot(page, "admin-review-queue")
    page.click("#result_list tbody a")
    page.wait_for_selector(".doubt")
    shoot(page, "admin-review")
    assert page.inner_text(".doubt mark")  # what differs is marked
    page.keyboard.press("1")
    page.wait_for_selector("#changelist")  # it was the last one
    item.refresh_from_db()
    assert item.closed_at is not None
    page.goto(f"/admin/enterprises/reviewitem/{item.pk}/change/")
    page.click("form[action$='/reopen/'] [type=submit]")
    page.wait_for_selector("[data-key='1']")
    page.keyboard.press("n")  # its code is the candidate's, so it cannot be a new enterprise
    page.wait_for_selector(".messagelist .error")
    page.keyboard.press("1")
    page.wait_for_selector("#changelist")
    item.refresh_from_db()
    assert item.closed_at is not None

    edition = editions.cut(quarter="2026Q3", now=later)
    page.goto(f"/admin/enterprises/edition/{edition.pk}/change/")
    assert "郑州乙新材料有限公司" in page.inner_text("#content-main")
    shoot(page, "admin-edition-draft")
    page.click("form[action$='/seal/'] [type=submit]")
    page.wait_for_selector("form[action$='/withdraw/']")
    shoot(page, "admin-edition")
    assert Edition.objects.get(pk=edition.pk).state == EditionState.SEALED
    page.click("#content-main a[href*='/enterprises/enterprise/'] >> nth=0")
    page.wait_for_selector(".extra")
    bearer = MatchDecision.objects.filter(decided_by__isnull=False).latest("pk").enterprise_id
    page.goto(f"/admin/enterprises/enterprise/{bearer}/change/")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert sideways(page) <= 0
        shoot(page, f"admin-enterprise-{width}")
    page.click(".kinds a[href*='show=decision']")
    page.wait_for_selector(".kinds a[aria-current][href*='decision']")
    page.wait_for_load_state()
    assert page.locator("ol.story li").count() == page.locator("ol.story .mark.decision").count() > 0
    page.click("#state [type=submit]")
    page.wait_for_selector("#content table td")
    shoot(page, "admin-enterprise-on-a-day")
    page.goto("/admin/auditing/event/")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert sideways(page) <= 0
        shoot(page, f"admin-log-{width}")
    page.click("#result_list tbody th a >> nth=0")
    page.wait_for_selector("table.facts")
    shoot(page, "admin-log-event")
    page.goto(f"/admin/enterprises/edition/{edition.pk}/history/")
    page.wait_for_selector("table.story")
    shoot(page, "admin-history")
    page.goto("/admin/enterprises/enterprise/")
    shoot(page, "admin-enterprises")
