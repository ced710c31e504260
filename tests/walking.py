"""Every address of the site, and asking for it as somebody: what the tables of who gets and does what share."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver

# Pages of whole apps, what catches whatever is no address, and the admin's way from a row's address to its page.
_PASSED_OVER = re.compile(r"\(\?P<app_label>[^)]*\)/$|\(\?P<url>\.\*\)$|/<path:object_id>/$")
# How a blank of an address is filled: the blank, and what stands before it, blanks and all.
Fill = Callable[[str, str], str]


@dataclass(frozen=True)
class Address:
    """An address with its blanks, and with things filled in."""

    route: str
    path: str

    @property
    def is_for_machines(self) -> bool:
        return "/api/" in self.route

    @property
    def is_the_admins(self) -> bool:
        return self.route.startswith("/admin/")


def addresses(patterns: list[URLPattern | URLResolver], fill: Fill, before: str = "/") -> Iterator[Address]:
    """Of patterns, with blanks filled."""
    for one in patterns:
        route = before + re.sub(r"\\Z|\$$|^\^", "", str(one.pattern))
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, fill, route)
        elif not _PASSED_OVER.search(route):
            bare = re.sub(r"<\w+:(\w+)>|\(\?P(<\w+>)[^)]*\)", lambda blank: blank[2] or f"<{blank[1]}>", route)
            parts = re.split(r"(<\w+>)", bare)
            filled = (
                fill(part, "".join(parts[:at])) if part.startswith("<") else part for at, part in enumerate(parts)
            )
            yield Address(bare, "".join(filled))


def row_of_the_admin(before: str) -> str:
    """In the admin, the id of the first row there is of what the address speaks of; 0 where there is none."""
    model = re.match(r"/admin/(\w+)/(\w+)/", before)
    label = "pushes.channel" if "/channel/" in before else ".".join(model.groups()) if model else ""
    shown = {kind._meta.label_lower for kind in admin.site._registry}
    first = apps.get_model(label)._default_manager.order_by("pk").first() if label in shown else None
    return str(first.pk) if first else "0"


def told(answer: Any) -> str:
    """What came back, in a word."""
    if answer.status_code in (301, 302):
        return "sign-in" if re.search(r"/(login|sign-in)/(\?|$)", answer["Location"]) else "302"
    return str(answer.status_code)


def asked(visitor: Client, method: str, path: str, data: Any = None) -> Any:
    """The answer, read to its end; whatever asking did is undone."""
    cookies = dict(visitor.cookies)
    with transaction.atomic():
        answer = getattr(visitor, method)(path, data or {})
        assert answer.getvalue() is not None  # read to its end, and so closed
        transaction.set_rollback(True)
    visitor.cookies.clear()  # whoever signed out is in again
    visitor.cookies.update(cookies)
    return answer


class Remembering(AuthenticationBackend):  # type: ignore[misc]
    """Who is signed in, and what they may, is looked up once: nothing that is asked here lasts."""

    known: dict[Any, Any] = {}

    def get_user(self, user_id: Any) -> Any:
        if user_id not in self.known:
            self.known[user_id] = super().get_user(user_id)
        return self.known[user_id]


def enter(user: User | None) -> Client:
    """A browser, with somebody signed in to it."""
    browser = Client(raise_request_exception=False)
    if user:
        browser.force_login(user, backend="tests.walking.Remembering")
    return browser
