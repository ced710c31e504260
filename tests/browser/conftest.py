"""A real browser on the live site. Its law: it asks no other host; no page throws errors or breaks the policy."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connections
from playwright.sync_api import ConsoleMessage, Error, Page, Request, sync_playwright
from pytest_django.live_server_helper import LiveServer

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Open = Callable[..., Page]


# Of every journey. What the migrations brought must be there although the test before it emptied the tables.
JOURNEY = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("own_tries"),
]


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is; without one the test is skipped."""
    if CHROMIUM is None:
        pytest.skip("no Chromium found: none of chromium, chromium-browser, google-chrome is installed")
    return CHROMIUM


@pytest.fixture
def open_page(chromium: str, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens pages of given width on the live site; at the end, tells of foreign requests and of errors."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's loop runs in this thread
    host, foreign, thrown, broken = urlsplit(live_server.url).netloc, [], [], []

    def note(request: Request) -> None:
        if urlsplit(request.url).scheme in ("http", "https") and urlsplit(request.url).netloc != host:
            foreign.append(request.url)

    def hear(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            broken.append(message.text)

    arguments = [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        # Buttons of the browser's own speak Chinese, too.
        surroundings: dict[str, str | float | bool] = {**os.environ, "LANGUAGE": "zh_CN"}
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments, env=surroundings)

        def act(path: str = "/", *, width: int = 1280, height: int = 900, **more: Any) -> Page:
            context = browser.new_context(
                base_url=live_server.url,
                viewport={"width": width, "height": height},
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
                **more,
            )
            page = context.new_page()
            page.set_default_timeout(15_000)
            page.on("request", note)
            page.on("console", hear)
            page.on("pageerror", lambda error: thrown.append(str(error)))
            page.goto(path)
            return page

        yield act
        connections.close_all()  # beside the browser's loop the test had a connection of its own
        browser.close()
    assert foreign == []
    assert thrown == []
    assert broken == []


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the whole page where BROWSER_SHOTS names a folder."""
    folder = os.environ.get("BROWSER_SHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(_asked(page, "document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def label(page: Page, selector: str) -> str:
    """What a cell of a table that became a card says it is."""
    content = page.evaluate(f"getComputedStyle(document.querySelector('{selector}'), '::before').content")
    return str(content).strip('" ')


def await_true(page: Page, condition: str) -> None:
    """Wait until a condition holds in the page; Playwright's own way to ask would have the page evaluate a text."""
    ends = time.monotonic() + 15
    while not _asked(page, condition):
        assert time.monotonic() < ends, f"waited in vain for {condition}"
        page.wait_for_timeout(30)


def _asked(page: Page, expression: str) -> Any:
    """The page's answer. A page that is just being left has no document: the one after it is asked."""
    ends = time.monotonic() + 15
    while True:
        try:
            return page.evaluate(expression)
        except Error:
            if time.monotonic() > ends:
                raise
        page.wait_for_timeout(30)
