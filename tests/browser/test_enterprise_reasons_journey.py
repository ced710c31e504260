"""An enterprise learns on a phone why it is not in the pool, all reasons in one journey; and of too many look-ups."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import Page
from pytest_django import Settings

from enterprises import editions, metering, pooling, proving, resolving
from enterprises.wording import ANSWERS
from tests.browser.axe import faults
from tests.browser.conftest import JOURNEY, Open, shoot, sideways
from tests.conftest import NOW, Publish
from tests.enterprises.looking import CODE, HEADER, NAME, NUMBER, RENAMED, good_code

pytestmark = JOURNEY

WIDTH = 390


def named(place: int) -> tuple[str, str]:
    """A name and its code."""
    return f"郑州第{place}示例智能装备有限公司", good_code(f"91410100MA44C1N{place:02}")


def row(place: int, number: str = "", district: str = "金水区") -> list[object]:
    name, code = named(place)
    return [place, name, code, number, district]


KINDS = ("blank", "revoked", "in", "uscc_check", "figures", "too-many")
# reason → whom the lists below put there
FOUND = {
    "expired": 1, "number_not_renewed": 2, "revoked": 3, "moved_out": 4, "provisional": 5, "outside": 6, "upcoming": 7,
    "does_not_count": 8,
}  # fmt: skip
NOBODY = {
    "renaming": "郑州更名之后有限公司",
    "in_work": "郑州刚刚公布有限公司",
    "faulty_line": "某某简称",
    "name_unknown": "郑州没有这家公司有限公司",
    "code_unknown": good_code("91410100MA9F2B3C4"),
    "uscc_check": CODE.replace("0", "O"),
    "number_shape": "GR2O244I000123",
    "lost_digits": "9.14101E+17",
    "old_number": "440106000096133",
}


@pytest.fixture
def city(publish: Publish, settings: Settings) -> None:
    """An edition in which some are who are not in the pool any more; in the pool one more."""
    publish(
        [HEADER, [1, NAME, CODE, NUMBER, "金水区"], row(3), row(4)],
        title="关于公布河南省2024年第一批高新技术企业名单的通知",
        document_number="豫科〔2025〕1号",
        source_url="https://kjt.henan.gov.cn/2025/01-10/3100001.html",
    )
    publish([HEADER, row(1)], programme="SRDI", published="2023-05-01", valid_to=date(2026, 9, 30))
    publish([HEADER, row(2, "202541010600012345")], programme="TSME", published="2025-09-01")
    publish([HEADER, row(5)], kind="publicity", published="2026-09-20")
    publish([HEADER, row(6, district="洛阳市")], province_wide=True, published="2025-02-01")
    publish([HEADER, row(7)], programme="INNO", published="2026-09-01", valid_from=date(2027, 1, 1))
    publish([HEADER, row(8)], programme="STG", published="2026-03-01")
    resolving.resolve(now=NOW)
    editions.seal(edition=editions.cut(quarter="2026Q3", now=NOW), now=NOW)
    publish([HEADER, row(3)], kind="revocation", published="2026-10-01", title="关于取消高新技术企业资格的公告")
    publish([HEADER, row(4)], kind="move_out", published="2026-10-01", title="关于异地搬迁的公告")
    resolving.resolve(now=NOW)
    pooling.rebuild(as_of=localdate(NOW), now=NOW)
    publish([RENAMED, [NAME, NOBODY["renaming"]]], kind="rename", published="2026-09-01")
    publish([HEADER, [1, NOBODY["in_work"], "", "", ""], [2, NOBODY["faulty_line"], "", "", ""]], programme="GZ")


@pytest.fixture
def judge(open_page: Open) -> Callable[[Page, str], None]:
    """Nothing wider than the window, and a picture; of each kind of page one without a grave fault: that takes time."""

    def act(page: Page, name: str) -> None:
        assert sideways(page) <= 0, name
        assert name not in KINDS or faults(page) == [], name
        shoot(page, f"reason-{name}-{page.viewport_size['width'] if page.viewport_size else 0}")

    return act


def ask(page: Page, text: str) -> None:
    page.fill("input[name=q]", text)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "q=" in url)
    page.wait_for_selector(".answer")


def test_an_enterprise_is_told_every_reason(city: None, open_page: Open, judge: Callable[[Page, str], None]) -> None:
    page = open_page(width=WIDTH)
    assert page.evaluate("document.activeElement.name") == "q"
    judge(page, "blank")
    for reason, place in FOUND.items():
        ask(page, named(place)[1])
        verdict = page.text_content(".verdict") or ""
        assert verdict.split() == ["不在库", str(ANSWERS[reason][0])], reason
        assert str(ANSWERS[reason][1]) in (page.text_content("main") or ""), reason
        judge(page, reason)
    ask(page, named(3)[1])
    assert "现在已不在库，但在已发布的2026Q3版本中" in (page.text_content("article") or "")
    for reason, text in NOBODY.items():
        ask(page, text)
        assert page.text_content(".answer h2") == str(ANSWERS[reason][0]), reason
        judge(page, reason)
    ask(page, NOBODY["uscc_check"])
    page.click(".meant a")
    page.wait_for_selector("article h2")
    assert (page.text_content(".verdict") or "").split() == ["在库", "至", "2027-12-30"]
    judge(page, "in")
    page.goto("/figures/")
    judge(page, "figures")
    wide = open_page(f"/?q={CODE}", width=1280)
    judge(wide, "wide-in")
    judge(open_page(f"/?q={named(3)[1]}", width=1280), "wide-revoked")
    judge(open_page("/figures/", width=1280), "wide-figures")


def test_without_script_it_answers_too_and_the_first_view_is_light(city: None, open_page: Open) -> None:
    bytes_seen: list[int] = []
    page = open_page("about:blank", width=WIDTH, java_script_enabled=False)
    page.on("response", lambda response: bytes_seen.append(len(response.body())))
    page.goto("/")
    page.wait_for_load_state("networkidle")
    assert sum(bytes_seen) < 100_000
    page.fill("input[name=q]", CODE)
    page.keyboard.press("Enter")
    page.wait_for_selector("article h2")
    assert page.text_content("article h2") == NAME


def test_too_many_look_ups_of_an_enterprise_cost_a_small_sum_or_a_wait(
    city: None, open_page: Open, settings: Settings, surroundings: dict[str, Any], judge: Callable[[Page, str], None]
) -> None:
    settings.LOOKUPS_PER_MINUTE, settings.LOOKUPS_PER_DAY = 1, 3
    metering.forget()
    plain = open_page(f"/?q={CODE}", width=WIDTH, java_script_enabled=False)
    for _time in range(3):
        plain.goto(f"/?q={CODE}")
    assert "查询过于频繁" in (plain.text_content(".answer h2") or "")
    assert "后再试" in (plain.text_content(".answer") or "")
    assert not plain.is_visible("#proof")
    shoot(plain, "too-many-without-script-390")
    page = open_page(f"/?q={CODE}", width=WIDTH)
    page.wait_for_selector("article h2")  # the sum was done meanwhile
    assert page.text_content("article h2") == NAME
    assert page.context.cookies() == []
    assert proving.bits_for(2) == 16
    page.context.add_cookies([{"name": "lookup_proof", "value": "spent", "url": page.url}])
    page.reload()  # what was handed in is worth nothing: it is not tried again by itself
    page.wait_for_selector("#proof button")
    judge(page, "too-many")
