"""The banks' manual in a browser, wide and on a phone: without an account, and nothing wider than the window."""

from tests.browser.conftest import JOURNEY, Open, shoot, sideways

pytestmark = JOURNEY


def test_the_manual_is_read(open_page: Open) -> None:
    page = open_page("/institutions/manual/")
    assert page.locator("h1").inner_text() == "银行使用手册" and sideways(page) <= 0
    shoot(page, "manual")
    page.click('a[href="#%E9%94%99%E8%AF%AF"]')
    assert page.url.endswith("#%E9%94%99%E8%AF%AF")
    page.set_viewport_size({"width": 390, "height": 800})
    assert sideways(page) <= 0
    widest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('pre')].map(one => one.scrollWidth - one.clientWidth))"
    )
    assert widest > 0  # long lines scroll inside
    assert page.evaluate("[...document.querySelectorAll('pre')].every(one => one.tabIndex === 0)")
    shoot(page, "manual-390")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('.manual pre')).whiteSpace") == "pre-wrap"
