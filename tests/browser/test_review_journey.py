"""Staff work through many doubtful matches by the keyboard alone; and by buttons where scripts are off."""

import os
import statistics
import time

import pytest
from playwright.sync_api import Page
from pytest_django import Settings

from enterprises import resolving
from enterprises.models import Enterprise, MatchDecision, ReviewItem
from tests.browser.conftest import JOURNEY, Open, await_true, shoot, sideways
from tests.browser.desks import at_desk
from tests.conftest import NOW, Publish
from tests.enterprises.looking import good_code
from tests.staff import in_roles

pytestmark = JOURNEY

HEADER = ["企业名称", "统一社会信用代码", "证书编号", "区县"]
MANY = int(os.environ.get("REVIEW_JOURNEY", "40"))  # docs/benchmarks.md has the figures of 500
LATENCY = 40  # milliseconds that each answer takes on its way
# How long each key took until what it asked for was painted.
WATCH = """
    window.took = [];
    let pressed = 0, from = null;
    const item = () => document.getElementById("desk")?.dataset.item;
    document.addEventListener("keydown", () => { pressed = performance.now(); from = item(); }, true);
    new MutationObserver(() => {
        if (from === null || item() === from) return;
        from = null;
        requestAnimationFrame(() => took.push(performance.now() - pressed));
    }).observe(document.getElementById("content-main"), { childList: true });
"""


def doubts(publish: Publish, count: int, *, coded: bool = False) -> list[ReviewItem]:
    """So many doubtful lines with one or two candidates each, in the order of the queue.

    Their names lack the 市 of a known one, and no district is theirs; or, with `coded`, they have a known one's code
    under a name that has nothing in common with it.
    """
    firms = [
        [
            f"郑州市第{number}号智能科技有限公司",
            good_code(f"91410100MA{number:07d}"),
            f"GR2024410{number:05d}",
            "金水区",
        ]
        for number in range(1, count + 1)
    ]
    publish([HEADER, *firms])
    lines = [
        [f"河南第{number}号新材料股份有限公司", code, "", ""] if coded else [name.replace("市", ""), "", "", ""]
        for number, (name, code, _sign, _place) in enumerate(firms, 1)
    ]
    listed = publish([HEADER, *lines], programme="SRDI", published="2026-06-01")
    resolving.resolve(now=NOW)
    items = list(ReviewItem.objects.order_by("pk"))
    assert [item.entry_id for item in items] == list(listed.entries.order_by("row_number").values_list("pk", flat=True))
    known = list(Enterprise.objects.exclude(uscc=None).order_by("id"))
    for item, another in list(zip(items, known[1:], strict=False))[1::2]:
        item.candidates.add(another)
    return items


def press(page: Page, key: str) -> str:
    """Press the key and wait for what it shows: another item, or none. Returns the item that is shown."""
    page.evaluate("document.getElementById('desk').dataset.seen = 1")
    page.keyboard.press(key)
    await_true(page, "!document.getElementById('desk')?.dataset.seen && !document.querySelector('[aria-busy]')")
    return page.get_attribute("#desk", "data-item") or ""


def test_staff_judge_many_matches_by_keyboard(
    open_page: Open, publish: Publish, capsys: pytest.CaptureFixture[str]
) -> None:
    items = doubts(publish, MANY)
    page = at_desk(open_page, in_roles("匹配审核员", name="wang"), "/admin/enterprises/reviewitem/start/")
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": LATENCY, "downloadThroughput": -1, "uploadThroughput": -1},
    )
    page.evaluate(WATCH)
    shown = page.get_attribute("#desk", "data-item")
    assert shown == str(items[0].pk)
    page.keyboard.press("?")
    assert page.is_visible("#desk-help")
    shoot(page, "admin-review-keys")
    page.keyboard.press("Escape")
    assert press(page, "j") == str(items[1].pk)
    assert press(page, "k") == str(items[0].pk)
    assert page.evaluate("document.activeElement.matches('[data-focus]')")  # a screen reader begins with the item
    put_back = press(page, "u") and items[0].pk
    page.evaluate("took.length = 0")
    began = time.perf_counter()
    for number, item in enumerate(items[1:-1], 2):
        assert press(page, "n" if number % 30 == 0 else "1") == str(item.pk + 1)
        if number % 20 == 0:
            assert press(page, "z") == str(item.pk)
            assert press(page, "1") == str(item.pk + 1)
    seconds = time.perf_counter() - began
    took = page.evaluate("took")
    assert press(page, "1") == str(put_back)  # it comes last
    page.keyboard.press("1")
    page.wait_for_selector("#changelist")
    assert ReviewItem.objects.filter(closed_at=None).count() == 0
    assert MatchDecision.objects.filter(rule="person", superseded_at=None, decided_by__username="wang").count() == MANY
    took.sort()
    figures = (
        f"median {statistics.median(took):.0f} ms, p95 {took[len(took) * 95 // 100]:.0f} ms, most {took[-1]:.0f} ms"
    )
    with capsys.disabled():
        print(
            f"\n{len(took)} keys in {seconds:.0f} s with {LATENCY} ms on the wire, until the next is painted: {figures}"
        )


def test_staff_type_faster_than_answers_come_and_see_what_was_refused(open_page: Open, publish: Publish) -> None:
    items = doubts(publish, 6, coded=True)
    page = at_desk(open_page, in_roles("匹配审核员", name="wang"), "/admin/enterprises/reviewitem/start/")
    page.wait_for_load_state("networkidle")  # what comes next is here
    with page.expect_response(lambda response: response.url.endswith("/desk/")):
        assert press(page, "n") == str(items[0].pk)  # its code is the candidate's: the next was shown, this came back
    assert page.is_visible("#desk .messagelist .error")
    page.keyboard.press("1")
    await_true(page, f"document.getElementById('desk').dataset.item == {items[1].pk}")
    page.keyboard.press("1")  # mostly before the first answer
    await_true(page, f"document.getElementById('desk').dataset.item == {items[2].pk}")
    await_true(page, "!document.querySelector('[aria-busy]')")
    assert list(ReviewItem.objects.filter(closed_at=None).order_by("pk")) == items[2:]
    assert page.locator("#desk .messagelist .success").count() == 1


def test_staff_settle_a_match_without_scripts_and_on_a_phone(
    open_page: Open, publish: Publish, settings: Settings
) -> None:
    items = doubts(publish, 4)
    page = at_desk(open_page, in_roles("匹配审核员", name="wang"), "/admin/enterprises/reviewitem/")
    shoot(page, "admin-review-list")
    page.route("**/review-keys.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(f"/admin/enterprises/reviewitem/{items[1].pk}/change/")
    shoot(page, "admin-review-1280")
    page.set_viewport_size({"width": 390, "height": 844})
    assert sideways(page) <= 0
    shoot(page, "admin-review-390")
    page.click(".card:nth-of-type(2) [name=choice]")
    page.wait_for_selector(".messagelist .success")
    assert page.get_attribute("#desk", "data-item") == str(items[2].pk)
    page.click("[data-key='u']")
    page.wait_for_selector(f"#desk[data-item='{items[3].pk}']")
    page.click("[data-key='z']")
    page.wait_for_selector(f"#desk[data-item='{items[1].pk}']")
    for path in ("", "progress/"):
        page.goto(f"/admin/enterprises/reviewitem/{path}")
        assert sideways(page) <= 0
        shoot(page, f"admin-review-{path.rstrip('/') or 'list'}-390")
    items[1].refresh_from_db()
    assert items[1].closed_at is None
