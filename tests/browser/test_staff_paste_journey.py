"""Staff sign in on a phone and paste a table: nothing is wider than the window, and too much is refused at once."""

from registry.models import ListImport, Programme
from tests.browser.conftest import JOURNEY, Open, shoot, sideways
from tests.enterprises.looking import CODE, NAME
from tests.staff import in_roles

pytestmark = JOURNEY


def test_staff_paste_a_table_on_a_phone(open_page: Open) -> None:
    in_roles("经办员", "工业和信息化局", name="wang")
    page = open_page("/admin/registry/listimport/import/", width=390, height=844)
    page.fill("[name=login]", "wang")
    page.fill("[name=password]", "a-long-Password-1")
    page.click("main button")
    page.wait_for_selector("#user-tools")
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
