"""Lists come in: one full of mistakes, mended and confirmed by a second person; a large one, read by a worker."""

from io import BytesIO
from pathlib import Path

import openpyxl
from playwright.sync_api import Page
from pytest_django import Settings

from registry.models import ImportState, ListImport, Programme
from tests.browser.desks import fits, press, refused
from tests.browser.quarter import LISTS, MATCHED, Quarter, of, section
from tests.conftest import Cells, write_workbook
from tests.enterprises.looking import CODE, NAME, good_code

GOOD = good_code("91410100MA44C1N28")
FAULTY: Cells = [
    ["河南省2025年度专精特新中小企业名单（共6家）"],
    ["序号", "企业名称", "登记证照", "区县"],
    [1, NAME, CODE, "金水区"],
    [2, "郑州乙新材料有限公司", CODE[:-2] + CODE[:-3:-1], "高新区"],
    [3, "河南丙电子股份有限公司（原名：郑州丙电子有限公司）", "", "中牟县"],
    [4, "", "", "金水区"],
    [5, "启航", "", "金水区"],
    [6, NAME, CODE, "金水区"],
]


def a_list_is_uploaded_and_mended(quarter: Quarter) -> ListImport:
    page = quarter.maker
    page.goto(LISTS)
    page.click("a.import_link")
    _describe(page, "SRDI", "2026-08-01", "关于公布河南省2025年度专精特新中小企业名单的通知")
    page.fill("[name=document_number]", "豫工信企业〔2026〕88号")
    file = write_workbook(quarter.folder / "专精特新名单.xlsx", FAULTY)
    page.set_input_files("[name=file]", file)
    quarter.picture(page, "upload", "#content", tall=640)
    page.set_input_files("[name=file]", [])
    page.click("#content [type=submit]")
    page.wait_for_selector(".errornote")  # the file is missing: nothing is kept
    page.set_input_files("[name=file]", file)
    page.click("#content [type=submit]")
    page.wait_for_selector(".messagelist .success")
    listed = ListImport.objects.get(published_on="2026-08-01")
    assert (listed.state, listed.row_count, listed.faulty_count) == (ImportState.STAGED, 6, 2)
    quarter.picture(page, "list-columns", section("列"))
    page.select_option("select[aria-label='登记证照']", "uscc")
    assert "名单已重新读取" in press(page, "按这些列重新读取")
    quarter.picture(page, "list-problems", section("问题"))
    fits(page, "list-staged")
    page.click("a[href$='&problem=name_not_in_full']")
    page.click("#result_list tbody a")
    row = page.locator("#corrections form", has=page.locator("input[value=name]"))
    row.locator("[name=text]").fill("河南启航有限公司")
    row.locator("[name=why]").fill("查营业执照")
    quarter.picture(page, "entry-correct", "#corrections")
    row.locator("[type=submit]").click()
    page.wait_for_selector(".messagelist .success")
    page.goto(of(LISTS, listed))
    with page.expect_download() as asked:
        page.click("a[href$='/problems/']")
    page.set_input_files("[name=file]", _mended(asked.value.path(), quarter.folder / "问题行.xlsx"))
    assert "已更正" in press(page, "接收更正")
    listed.refresh_from_db()
    assert (listed.faulty_count, listed.entries.filter(row_number=4).get().uscc) == (0, GOOD)
    page.click("a[href*='/effect/']")
    page.wait_for_selector(".extra .state.added")
    fits(page, "list-effect")
    quarter.picture(page, "list-effect", "#content", tall=640)
    page.goto(of(LISTS, listed))
    assert refused(page, "确认")
    return listed


def a_second_person_confirms_it(quarter: Quarter, listed: ListImport) -> None:
    page = quarter.checker
    page.click(f"#content a[href^='{LISTS}?'] >> nth=0")
    page.click("#result_list tbody a")
    quarter.picture(page, "list-confirm", section("状态"))
    assert "已确认" in press(page, "确认")
    listed.refresh_from_db()
    assert listed.state == ImportState.CONFIRMED
    former = ListImport.objects.get(published_on="2024-05-20")
    page.goto(of(LISTS, former))
    page.fill("form[action$='/withdraw/'] [name=reason]", "发布单位更正，原名单作废")
    quarter.picture(page, "list-withdraw", section("状态"))
    assert "已撤回" in press(page, "撤回")


def a_large_list_waits_for_a_worker(quarter: Quarter, settings: Settings) -> Page:
    """Another than the first is read by a worker, and none is there yet; one reading is stopped."""
    firms = [[number, f"郑州第{number}号智能科技有限公司"] for number in range(1, MATCHED + 1)]
    file = write_workbook(quarter.folder / "瞪羚企业名单.xlsx", [["序号", "企业名称"], *firms])
    settings.LIST_READ_AT_ONCE_KILOBYTES = 0
    page = quarter.maker
    for tried in range(2):
        page.goto(f"{LISTS}import/")
        page.set_input_files("[name=file]", file)
        _describe(page, "GZ", "2026-08-20", "关于公布2026年度郑州市瞪羚企业名单的通知")
        page.click("#content [type=submit]")
        page.wait_for_selector("progress")
        if tried == 0:
            fits(page, "list-reading")
            quarter.picture(page, "list-reading", section("状态"))
            page.goto(LISTS)
            page.click(".uploads a")
            page.click("#result_list tbody a")
            press(page, "停止读取")
            page.wait_for_selector(".state.cancelled")
    return page


def a_worker_has_read_it(quarter: Quarter, waiting: Page) -> None:
    waiting.wait_for_selector("form[action$='/confirm/']", timeout=60_000)  # the page goes there by itself
    listed = ListImport.objects.get(published_on="2026-08-20")
    quarter.checker.goto(of(LISTS, listed))
    press(quarter.checker, "确认")


def _describe(page: Page, programme: str, published: str, title: str) -> None:
    page.select_option("[name=programme]", label=Programme.objects.get(code=programme).name)
    page.select_option("[name=notice]", "recognition")
    page.fill("[name=title]", title)
    page.fill("[name=published_on]", published)


def _mended(path: Path, into: Path) -> Path:
    """The workbook of problem rows as a clerk sends it back."""
    book = openpyxl.load_workbook(BytesIO(path.read_bytes()))
    sheet = book.active
    header = [cell.value for cell in sheet[1]]
    name, code = header.index("企业名称") + 1, header.index("登记证照") + 1
    for row in range(2, sheet.max_row + 1):
        if not sheet.cell(row, name).value:
            sheet.cell(row, name).value = "郑州丁软件有限公司"
        elif sheet.cell(row, name).value == "郑州乙新材料有限公司":
            sheet.cell(row, code).value = GOOD
    book.save(into)
    return into
