"""What browsers are told, of every kind of page; and who is believed about where a request came from."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLResolver, get_resolver, path, reverse
from pytest_django import Settings

from config.guarding.proxies import KnownProxies
from config.urls import urlpatterns as site
from enterprises.visitors import network_address
from tests.pushes.making import institution, person
from tests.staff import signed_in

ROOT = Path(__file__).resolve().parents[2]
POLICY = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
    "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
}  # fmt: skip


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("swordfish")


def public(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("for all")
    response["Cache-Control"] = "public, max-age=300"
    return response


urlpatterns = [*site, path("broken", broken), path("public", public)]


@pytest.fixture
def browsers(db: None, settings: Settings) -> dict[str, Client]:
    settings.ROOT_URLCONF = __name__
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ALLOWED_HOSTS = ["testserver"]
    person("clerk", institution("bank-a"))
    clerk = Client(raise_request_exception=False)
    clerk.force_login(User.objects.get(username="clerk"))
    desk = signed_in("registry.view_listimport", "registry.add_listimport")
    return {"nobody": Client(raise_request_exception=False), "clerk": clerk, "desk": desk}


# Who asks for what by what host, the status, and whether anybody may keep a copy.
PAGES = [
    ("nobody", "/", "testserver", 200, None),
    ("nobody", "/?q=91410100MA00000000", "testserver", 200, False),
    ("nobody", "/figures/", "testserver", 200, True),
    ("nobody", "/objections/new/", "testserver", 200, False),
    ("nobody", "/accounts/login/", "testserver", 200, False),
    ("nobody", "/robots.txt", "testserver", 200, None),
    ("nobody", "/static/site.css", "testserver", 200, True),
    ("nobody", "/static/mark.svg", "testserver", 200, True),
    ("nobody", "/nothing/", "testserver", 404, None),
    ("nobody", "/broken", "testserver", 500, None),
    ("nobody", "/", "evil.example", 400, None),
    ("nobody", "/admin/", "testserver", 302, False),
    ("nobody", "/api/v1/editions", "testserver", 401, False),
    ("clerk", "/institutions/", "testserver", 200, False),
    ("clerk", "/institutions/manual/", "testserver", 200, False),
    ("clerk", "/", "testserver", 200, False),
    ("clerk", "/public", "testserver", 200, False),
    ("clerk", "/nothing/", "testserver", 404, False),
    ("clerk", "/broken", "testserver", 500, False),
    ("clerk", "/accounts/2fa/totp/activate/", "testserver", 200, False),
    ("clerk", "/accounts/sessions/", "testserver", 200, False),
    ("desk", "/admin/", "testserver", 200, False),
    ("desk", "/admin/registry/listimport/import/", "testserver", 200, False),
    ("desk", "/admin/registry/listimport/", "testserver", 200, False),
    ("desk", "/admin/auth/user/", "testserver", 403, False),
]


def test_every_kind_of_page_is_told_the_same(browsers: dict[str, Client]) -> None:
    for who, address, host, status, kept in PAGES:
        answer = browsers[who].get(address, headers={"host": host})
        told = f"{who} {address}"
        assert answer.getvalue() is not None and answer.status_code == status, told
        assert set(answer["Content-Security-Policy"].split("; ")) == POLICY, told
        assert answer["X-Content-Type-Options"] == "nosniff", told
        assert answer["Referrer-Policy"] == "same-origin", told
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", told
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin", told
        assert "camera=()" in answer["Permissions-Policy"], told
        assert "Server" not in answer and "X-Powered-By" not in answer, told
        if not address.startswith("/static/"):
            assert answer["X-Frame-Options"] == "DENY", told
        cache = answer.get("Cache-Control", "")
        if kept is not None:
            assert ("no-store" in cache) is (not kept) and (kept or "public" not in cache), (told, cache)


def test_https_is_insisted_on(db: None, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT, settings.ALLAUTH_TRUSTED_PROXY_COUNT = True, 1
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    User.objects.create_user("wang", password="Zhengzhou-2026!")
    plain = Client().get("/accounts/login/", headers={"host": "testserver"})
    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/accounts/login/")
    proxied = {"host": "testserver", "x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.1"}
    browser = Client(enforce_csrf_checks=True, headers=proxied)
    page = browser.get("/accounts/login/")
    assert page["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    assert token
    form = {"login": "wang", "password": "Zhengzhou-2026!", "csrfmiddlewaretoken": token[1]}
    refused = browser.post("/accounts/login/", form, headers={"referer": "https://evil.example/"})
    assert refused.status_code == 403
    answer = browser.post("/accounts/login/", form, headers={"referer": "https://testserver/accounts/login/"})
    assert answer.status_code == 302
    for name in ("__Host-sessionid", "__Host-csrftoken"):
        cookie = answer.cookies[name]
        assert cookie["secure"] and cookie["httponly"] and cookie["samesite"] == "Lax", name
        assert cookie["path"] == "/" and not cookie["domain"], name


@pytest.mark.parametrize(
    ("behind", "near", "said", "seen"),
    [
        (True, "127.0.0.1", "203.0.113.9", "203.0.113.9"),
        (True, "127.0.0.1", "6.6.6.6, 203.0.113.9", "203.0.113.9"),  # what a visitor adds stands before what we saw
        (True, "", "203.0.113.9", "203.0.113.9"),  # by a socket
        (True, "::ffff:127.0.0.1", "203.0.113.9", "203.0.113.9"),
        (True, "198.51.100.7", "203.0.113.9", "198.51.100.7"),  # came round the proxy
        (True, "rubbish", "203.0.113.9", None),
        (False, "198.51.100.7", "203.0.113.9", "198.51.100.7"),
    ],
)
def test_who_says_where_a_request_came_from(
    settings: Settings, behind: bool, near: str, said: str, seen: str | None
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = int(behind)
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if behind else None
    request = RequestFactory().get(
        "/", REMOTE_ADDR=near, headers={"x-forwarded-for": said, "x-forwarded-proto": "https"}
    )
    found: dict[str, Any] = {}

    def asked(request: HttpRequest) -> HttpResponse:
        found["address"], found["secure"] = network_address(request), request.is_secure()
        return HttpResponse()

    KnownProxies(asked)(request)
    assert found == {"address": seen, "secure": behind and seen == "203.0.113.9"}


INLINE = {
    "a script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE),
    "a style": re.compile(r"<style\b|\sstyle\s*=\s*[\"']", re.IGNORECASE),
    "a handler": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "an address that is a script": re.compile(r"javascript:|(src|href)=\"data:", re.IGNORECASE),
    "a foreign host": re.compile(
        r"<(script|link|img|iframe|form)\b[^>]*(src|href|action)=\"(https?:)?//", re.IGNORECASE
    ),
}
_OURS = ("registry", "enterprises", "pushes", "financing", "config")


def _templates() -> list[Path]:
    found = [one for app in _OURS for one in (ROOT / app).glob("**/templates/**/*.html")]
    return [one for one in found if "mail" not in one.parts]  # mails know no policy, and no other styles


def test_no_template_has_anything_inline() -> None:
    texts = [(one, re.sub(r"{[%#].*?[%#]}", "", one.read_text("utf-8"), flags=re.DOTALL)) for one in _templates()]
    assert len(texts) > 50
    found = [
        f"{one.relative_to(ROOT)}: {what}" for one, text in texts for what, sign in INLINE.items() if sign.search(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("<script>alert(1)</script>", "a script"),
        ('<p style="color: red">', "a style"),
        ('<a href="#" onclick="go()">', "a handler"),
        ('<a href="javascript:go()">', "an address that is a script"),
        ('<script src="//cdn.example/x.js">', "a foreign host"),
    ],
)
def test_the_search_finds_it(text: str, what: str) -> None:
    assert [name for name, sign in INLINE.items() if sign.search(text)] == [what]


def test_no_script_sets_style_attributes_or_evaluates() -> None:
    """Which the policy would refuse, at the moment when it matters."""
    wrong = re.compile(r"setAttribute\(\s*[\"'](style|on\w+)|\beval\(|new Function|document\.write|cssText")
    own = [one for one in (ROOT / "config" / "static").glob("*.js") if "htmx" not in one.name]
    assert own and [one.name for one in own if wrong.search(one.read_text("utf-8"))] == []


HOSTILE: list[tuple[str, Callable[[Client], Any], int]] = [
    ("a file of the disk", lambda one: one.get("/static/../config/settings.py"), 404),
    ("the same, in disguise", lambda one: one.get("/static/%2e%2e/%2e%2e/etc/passwd"), 404),
    ("twice in disguise", lambda one: one.get("/static/..%252f..%252fetc/passwd"), 404),
    ("documentation of the admin", lambda one: signed_in().get("/admin/doc/"), 404),
    ("a folder of files", lambda one: one.get("/files/"), 404),
    ("trace", lambda one: one.generic("TRACE", "/accounts/login/"), 405),
    ("a name with nothing after it", lambda one: one.get("/%00"), 404),
]


def test_what_is_asked_in_bad_faith(db: None, caplog: pytest.LogCaptureFixture) -> None:
    client = Client(raise_request_exception=False)
    for what, ask, status in HOSTILE:
        assert ask(client).status_code == status, what
    client.get("/nothing%0d%0aERROR%20all%20is%20lost/")
    client.post("/accounts/login/", {"login": "x\r\nERROR all is lost", "password": "x"})
    assert all("\n" not in record.getMessage() and "\r" not in record.getMessage() for record in caplog.records)
    answer = client.get("/accounts/login/?next=/%0d%0aSet-Cookie:%20a=b")
    assert "a" not in answer.cookies


def _admin_pages() -> Iterator[str]:
    """Every page of the admin that needs no row, as the addresses have it."""
    for pattern in admin.site.get_urls():
        for inner in getattr(pattern, "url_patterns", []):
            if inner.name and not inner.pattern.regex.groups:
                yield reverse(f"admin:{inner.name}")
    yield from (reverse("admin:index"), reverse("admin:password_change"), "/admin/registry/")


def test_no_page_of_the_admin_has_anything_inline(db: None) -> None:
    """The library's own templates among them, and what its widgets draw."""
    User.objects.create(username="chief", is_staff=True, is_superuser=True)
    client, found, seen = Client(raise_request_exception=False), [], 0
    client.force_login(User.objects.get())
    for address in _admin_pages():
        answer = client.get(address)
        if answer.status_code == 200 and not answer.streaming and "text/html" in answer["Content-Type"]:
            text, seen = answer.content.decode(), seen + 1
            found += [f"{address}: {what}" for what, sign in INLINE.items() if sign.search(text)]
    assert seen > 60 and found == []


def _views(patterns: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _views(one.url_patterns, route)
        else:
            yield route, one.callback


def test_no_form_goes_without_its_token() -> None:
    """Machines show a key instead of a cookie; mail programs end a watch by the token in its address; the pages that
    take files of strangers measure first, then check."""
    exempt = {route for route, view in _views(get_resolver("config.urls").url_patterns) if _is_exempt(view)}
    known = {"objections/", "objections/new/", "objections/<str:number>/", "watch/end/<str:token>/"}
    assert {route for route in exempt if not route.startswith("api/")} == known


def _is_exempt(view: Any) -> bool:
    return bool(getattr(view, "csrf_exempt", False))


def test_a_measured_form_is_checked_all_the_same(db: None) -> None:
    assert Client(enforce_csrf_checks=True).post("/objections/new/", {}).status_code == 403
