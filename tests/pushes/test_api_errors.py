"""Under /api/ every error is a problem that a program can tell, whoever found it; and none is HTML."""

from typing import Any

import orjson
import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from enterprises.models import Edition
from pushes import delivering, keying
from pushes.access import Access
from pushes.models import AccessKey
from tests.pushes.asking import Machine, key_of, problem
from tests.pushes.making import institution, person


@pytest.fixture
def officer(db: None) -> User:
    return person("officer", None, staff=True)


@pytest.fixture
def machine(officer: User, summer: Edition) -> Machine:
    bank = institution()
    delivering.sweep(clock=timezone.now)
    return Machine(key_of(bank, officer))


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/nothing",
        "/editions/",
        "/editions/a/b",
        "/deliveries/1/package",
        "/enterprises/",
        "/%00",
        "/..%2f",
        "//",
    ],
)
def test_what_is_not_there(machine: Machine, path: str) -> None:
    problem(machine.get(path), 404, "not-found")
    problem(Client().get(f"/api{path}"), 404, "not-found")


@pytest.mark.parametrize("label", ["x", "ZZKJ-2026Q5-v1", "ZZKJ-2026Q3-v1%00", "ZZKJ-2026Q3-v0", "ZZKJ-2026Q3-v99999"])
def test_what_is_no_label(machine: Machine, label: str) -> None:
    told = problem(machine.get(f"/editions/{label}"), 422, "invalid-input")
    assert told["errors"] == [{"pointer": "label", "detail": "与接口描述规定的格式不符。"}]


@pytest.mark.parametrize("path", ["/editions?curser=x", "/whoami?limit=2", "/editions?limit=1&=x", "/editions?limit=0"])
def test_what_is_not_known_behind_the_question_mark(machine: Machine, path: str) -> None:
    """Whoever wrote `cursor` wrongly would read the first page for ever."""
    assert len(problem(machine.get(path), 422, "invalid-input")["errors"]) == 1


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("post", "/editions", "GET"),
        ("head", "/whoami", "GET"),
        ("options", "/editions", "GET"),
        ("get", "/editions/ZZKJ-2026Q3-v1/acknowledgement", "POST"),
        ("delete", "/openapi.json", "GET"),
        ("post", "/openapi.json", "GET"),
        ("trace", "/whoami", "GET"),
    ],
)
def test_a_method_that_is_not_taken(db: None, method: str, path: str, allowed: str) -> None:
    response = getattr(Client(enforce_csrf_checks=True), method)(f"/api/v1{path}")
    assert response["Allow"] == allowed and response.status_code == 405
    if method != "head":
        problem(response, 405, "method-not-allowed")


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"codes": [NaN]}', b"[" * 100_000, b'{"a":' * 50_000, b'"\\ud800"'])
def test_what_is_no_json(machine: Machine, body: bytes) -> None:
    problem(machine.post("/enterprises/lookup", body), 400, "malformed-json")


def test_bodies_are_of_one_type_and_not_large(machine: Machine) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        problem(machine.post("/enterprises/lookup", b"{}", content_type=kind), 415, "media-type-refused")
    problem(machine.post("/enterprises/lookup", b" " * 300_000), 413, "body-too-large")
    assert (
        machine.post(
            "/enterprises/lookup", {"codes": ["x"]}, content_type="application/json; charset=utf-8"
        ).status_code
        == 200
    )


def test_without_a_key_nothing_is_told_but_that(db: None) -> None:
    for path in ("/whoami", "/editions", "/editions/x", "/enterprises/x"):
        response = Machine("zzkj_00000000_nothing").get(path)
        problem(response, 401, "key-refused")
        assert response["WWW-Authenticate"] == "Bearer"
    problem(Machine().post("/enterprises/lookup", b"{"), 401, "key-refused")


def test_a_host_that_is_not_ours(machine: Machine) -> None:
    response = Client(headers={"host": "elsewhere.example"}).get("/api/v1/whoami")
    problem(response, 400, "bad-request")


def test_our_own_faults_are_said_without_more(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.client.raise_request_exception = False

    def fails(_self: Access, *_more: object) -> Any:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(Access, "deliveries_after", fails)
    told = problem(machine.get("/editions"), 500, "internal-error")
    assert "secret" not in str(told)


def test_a_database_that_is_away_passes(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_more: object) -> AccessKey:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(keying, "use", fails)
    response = machine.get("/whoami")
    problem(response, 503, "temporarily-unavailable")
    assert int(response["Retry-After"]) > 0


def test_in_debug_no_page_of_django_either(machine: Machine, settings: Settings) -> None:
    settings.DEBUG = True
    problem(machine.get("/nothing"), 404, "not-found")


def test_pages_for_people_are_as_they_were(db: None) -> None:
    response = Client().get("/nothing")
    assert response.status_code == 404 and response["Content-Type"].startswith("text/html")


def test_the_description_is_open_and_whole(db: None) -> None:
    response = Client().get("/api/v1/openapi.json")
    told = orjson.loads(response.content)
    assert response.status_code == 200 and told["openapi"].startswith("3.1")
    for path, methods in told["paths"].items():
        assert path.startswith("/api/v1/")
        for operation in methods.values():
            assert operation["summary"] and not operation["description"].isascii()
            assert not {"401", "403", "429", "500", "503"} - set(operation["responses"])
            for status, answer in operation["responses"].items():
                media = set(answer.get("content", {}))
                assert (media == {"application/problem+json"}) == (int(status) >= 400), (path, status)
                assert not answer["description"].isascii()
