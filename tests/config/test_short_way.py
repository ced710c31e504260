"""A stranger's look-up goes the short way, and nobody can tell: the long way would have said the same."""

from typing import Any

import pytest
from django.conf import settings as given
from django.http import HttpResponseBase
from django.test import Client
from pytest_django import Settings

from config.guarding import short_way
from enterprises import metering
from tests.enterprises.looking import CODE, NAME

BY_TLS = {"x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.1"}


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """How each look-up was answered."""
    gone: list[str] = []
    looked_up = short_way._looked_up

    def told(request: Any) -> Any:
        gone.append("short")
        return looked_up(request)

    monkeypatch.setattr(short_way, "_looked_up", told)
    return gone


def _said(response: HttpResponseBase) -> tuple[int, dict[str, str], bytes]:
    headers = {name: value for name, value in response.items() if name != "X-Request-ID"}
    return response.status_code, headers, response.getvalue()


@pytest.mark.parametrize("way", ["in the clear", "by TLS"])
@pytest.mark.parametrize("asked", [{}, *({"q": text} for text in ("", NAME, CODE, "x" * 500, "a\0b"))])
def test_both_ways_say_the_same(
    db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch, ways: list[str], way: str, asked: dict[str, str]
) -> None:
    by_tls = way == "by TLS"
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = by_tls, 31_536_000
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if by_tls else None
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = int(by_tls)
    headers = BY_TLS if by_tls else {}
    short = _said(Client().get("/", asked, headers=headers))
    assert ways == ["short"]
    monkeypatch.setattr(short_way, "_is_short", lambda _request: False)
    long = _said(Client().get("/", asked, headers=headers))
    assert ways == ["short"]
    assert short == long and short[0] == 200
    assert ("Strict-Transport-Security" in short[1]) is by_tls


def test_who_asked_too_much_is_told_so_by_the_short_way(db: None, settings: Settings, ways: list[str]) -> None:
    settings.LOOKUPS_PER_MINUTE = 1
    metering.forget()
    answers = [Client().get("/", {"q": NAME}, REMOTE_ADDR="192.0.2.77") for _turn in range(2)]
    assert [one.status_code for one in answers] == [200, 429] and ways == ["short"] * 2
    assert "Content-Security-Policy" in answers[1] and int(answers[1]["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("method", "more", "status"),
    [
        ("post", {}, 405),
        ("put", {}, 405),
        ("options", {}, 405),
        ("get", {"CONTENT_LENGTH": "5"}, 200),
        ("get", {"CONTENT_LENGTH": "99999999"}, 413),
        ("get", {"HTTP_TRANSFER_ENCODING": "chunked"}, 200),
        ("get", {"SECURE_SSL_REDIRECT": True}, 301),
    ],
)
def test_what_is_more_than_a_look_up_goes_the_long_way(
    db: None, settings: Settings, ways: list[str], method: str, more: dict[str, Any], status: int
) -> None:
    settings.SECURE_SSL_REDIRECT = more.pop("SECURE_SSL_REDIRECT", False)
    assert Client().generic(method.upper(), "/", **more).status_code == status
    assert ways == []


def test_whoever_brings_a_session_goes_the_long_way(db: None, ways: list[str]) -> None:
    browser = Client()
    browser.cookies[given.SESSION_COOKIE_NAME] = "whosever"
    assert browser.get("/", {"q": NAME}).status_code == 200
    assert ways == []


def test_no_page_but_the_look_up_goes_it(db: None, ways: list[str]) -> None:
    for address in ("/figures/", "/robots.txt", "/objections/", "/nothing/"):
        Client().get(address)
    assert ways == []


def test_a_host_that_is_none_of_ours_is_refused_with_the_same_headers(db: None, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    answer = Client().get("/", {"q": NAME}, headers={"host": "evil.example"})
    assert answer.status_code == 400 and answer["X-Frame-Options"] == "DENY"


def test_a_fault_is_a_page_with_the_same_headers(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_text: str, _told: bytes) -> Any:
        raise RuntimeError("swordfish")

    monkeypatch.setattr("enterprises.views.answer_of", broken)
    answer = Client(raise_request_exception=False).get("/", {"q": NAME})
    assert answer.status_code == 500 and b"swordfish" not in answer.content
    assert answer["X-Content-Type-Options"] == "nosniff" and "Content-Security-Policy" in answer
