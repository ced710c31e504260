"""The bureau's people at their desks: each in a browser of his own, signed in, with what his role may."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page

from tests.browser.conftest import Open, shoot, sideways


def at_desk(open_page: Open, user: User, path: str = "/admin/", **more: Any) -> Page:
    """A browser in which this person is signed in; the way through the sign-in page is walked by other tests."""
    client = Client()
    client.force_login(user)
    cookie = {
        "name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "domain": "localhost", "path": "/", "expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax",
    }  # fmt: skip
    return open_page(path, storage_state={"cookies": [cookie], "origins": []}, **more)


def fits(page: Page, name: str) -> None:
    """On a phone and on a wide screen nothing is wider than the window."""
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert sideways(page) <= 0, f"{name} at {width}"
        shoot(page, f"{name}-{width}")


def press(page: Page, words: str) -> str:
    """Press the button and return what the page then says."""
    page.get_by_role("button", name=words, exact=True).click()
    return page.inner_text(".messagelist")


def refused(page: Page, words: str) -> str:
    """Press the button, be refused, and return the reason."""
    page.get_by_role("button", name=words, exact=True).click()
    return page.inner_text(".messagelist .error")
