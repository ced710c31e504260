"""An enterprise looks itself up on a phone."""

from datetime import date

import pytest

from enterprises import editions, pooling, resolving
from tests.browser.conftest import JOURNEY, Open, await_true, shoot, sideways
from tests.conftest import NOW, Publish
from tests.enterprises.looking import CODE, HEADER, NAME, NUMBER

pytestmark = JOURNEY

LONG = "郑州" + "示例" * 20 + "智能装备制造股份有限公司"


@pytest.fixture
def pool(publish: Publish) -> None:
    publish(
        [HEADER, [1, NAME, CODE, NUMBER, "金水区"], [2, LONG, "", "", "高新区"]],
        title="关于公布河南省2024年第一批高新技术企业名单的通知",
        document_number="豫科〔2025〕1号",
        source_url="https://kjt.henan.gov.cn/2025/01-10/3100001.html",
    )
    publish(
        [HEADER, [1, NAME, CODE, "", "金水区"]],
        programme="SRDI",
        published="2022-06-01",
        title="专精特新中小企业名单",
    )
    publish(
        [["更名前企业名称", "更名后企业名称"], ["郑州旧名智造有限公司", NAME]],
        kind="rename",
        published="2024-06-01",
    )
    resolving.resolve(now=NOW)
    editions.seal(edition=editions.cut(quarter="2026Q3", now=NOW), now=NOW)
    pooling.rebuild(as_of=date(2026, 10, 1), now=NOW)


@pytest.mark.parametrize("width", [360, 390, 1280])
def test_an_enterprise_looks_itself_up(pool: None, open_page: Open, width: int) -> None:
    page = open_page(width=width)
    assert sideways(page) <= 0
    shoot(page, f"lookup-blank-{width}")
    for text, name in ((CODE, NAME), (NUMBER.lower(), NAME), (LONG, LONG)):
        page.fill("input[name=q]", text)
        page.keyboard.press("Enter")
        page.wait_for_selector("article h2")
        assert page.text_content("article h2") == name
        assert sideways(page) <= 0
        assert page.input_value("input[name=q]") == text
        shoot(page, f"lookup-{len(text)}-{width}")


def test_an_enterprise_is_told_what_to_do_when_it_is_not_found(pool: None, open_page: Open) -> None:
    page = open_page(width=390)
    page.fill("input[name=q]", CODE[:-1] + ("0" if CODE[-1] != "0" else "1"))
    page.keyboard.press("Enter")
    page.wait_for_selector(".answer h2")
    assert page.locator("article").count() == 0
    assert sideways(page) <= 0
    shoot(page, "lookup-not-found-390")


def test_an_enterprise_reaches_the_form_by_keyboard(pool: None, open_page: Open) -> None:
    page = open_page(width=1280)
    await_true(page, "document.activeElement.name === 'q'")  # the browser gives it when it draws
    page.goto("/?q=x")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _link in page.locator(".voice a").all():  # the answer stands before the form
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "q"
