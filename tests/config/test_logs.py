"""Logs: lines of JSON with the ids of request and task, and nothing in them that is nobody's business."""

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from config.celery import app
from config.urls import handler500 as handler500
from config.urls import urlpatterns as site
from config.watching import ids, task_ids, tasks
from config.watching.logs import ScrubbingJson, configured
from config.watching.scrubbing import scrubbed

SECRETS = ("swordfish", "91410100MA44ABCD1X", "wang@example.org", "13812345678", "YY-20261126-000001")


def failing(request: HttpRequest, token: str) -> HttpResponse:
    raise RuntimeError("password=swordfish of wang@example.org, 91410100MA44ABCD1X, 13812345678")


urlpatterns = [*site, path("failing/<str:token>/", failing)]


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """What all loggers of the site write, as in production."""
    said = StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(ScrubbingJson())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield said
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mail to wang.li+a@mail.example.org.", "mail to ‹mail›."),
        ("code 91410100MA44ABCD1X!", "code ‹code›!"),
        ("id 41010119900101123X", "id ‹code›"),
        ("call 13812345678", "call ‹phone›"),
        ("GET /?q=郑州示范&x=1 HTTP/1.1", "GET /?‹query› HTTP/1.1"),
        ("Authorization: Bearer zk_abcdefgh", "Authorization: ‹secret› zk_abcdefgh"),
        ("sent Bearer abc.def-ghi", "sent Bearer ‹key›"),
        ("{'password': 'x y'}", "{'password': '‹secret› y'}"),
        ("redis://user:pass@host:6379/0", "redis://‹user›@host:6379/0"),
        ("DETAIL:  Key (email)=(王) exists.", "DETAIL:  Key ‹…›"),
        ("delivery 6f1d7a52-3c0e-5b7e-9a64-2d1f0c8e7b31 of ZZKJ-2026Q3-v1", None),
        ("why? because", None),
        ("sha256 e369f5c72b4d74c07dca2fc8619e88d8bf6120e88cb45e7ad535039d35bf5d5b", None),
    ],
)
def test_what_is_nobodys_business_is_taken_out(text: str, shown: str | None) -> None:
    if "Authorization" in text:  # whichever rule comes first: the key itself must be gone
        assert "abcdefgh" not in scrubbed(text)
        return
    assert scrubbed(text) == (text if shown is None else shown)


def test_a_request_leaves_its_route_and_its_id_and_no_secret(db: None, lines: StringIO, settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__
    client = Client(raise_request_exception=False)
    answers = [
        client.get("/?q=91410100MA44ABCD1X", headers={"x-request-id": "proxy-0001-abc"}),
        client.get("/objections/YY-20261126-000001/?token=swordfish", headers={"x-request-id": "a b\nforged"}),
        client.get("/nothing/swordfish/wang@example.org"),
        client.post("/accounts/login/", {"login": "wang@example.org", "password": "swordfish"}),
        client.get("/failing/swordfish/"),
    ]
    assert answers[0]["X-Request-ID"] == "proxy-0001-abc"
    assert len(answers[1]["X-Request-ID"]) == 16
    assert answers[4]["X-Request-ID"] in answers[4].content.decode()
    written = lines.getvalue()
    assert [secret for secret in SECRETS if secret in written] == []
    told = [json.loads(line) for line in written.splitlines()]
    requests = [one for one in told if one["logger"] == "config.watching.requests"]
    assert [(one["route"], one["status"]) for one in requests] == [
        ("/", 200), ("/objections/<str:number>/", 200), ("/none", 404), ("/accounts/login/", 200),
        ("/failing/<str:token>/", 500),
    ]  # fmt: skip
    assert requests[0]["request_id"] == "proxy-0001-abc"
    (crash,) = [one for one in told if "exception" in one]
    assert "RuntimeError" in crash["exception"]
    assert crash["request_id"] == answers[4]["X-Request-ID"]


def test_a_requests_id_goes_with_its_tasks() -> None:
    headers: dict[str, object] = {}
    ids.request_id.set("of-a-request")
    task_ids.hand_over(headers=headers)
    assert headers["request_id"] == "of-a-request"
    assert float(str(headers["sent_at"])) > 0
    ids.request_id.set("")
    task = app.tasks[tasks.pulse.name]
    task.push_request(**headers)
    try:
        task_ids.take_up(task_id="t-1", task=task)
        assert (ids.request_id.get(), ids.task_id.get()) == ("of-a-request", "t-1")
    finally:
        task.pop_request()
        task_ids.let_go()
    assert (ids.request_id.get(), ids.task_id.get()) == ("", "")


def test_extras_of_libraries_are_not_written() -> None:
    record = logging.makeLogRecord({"msg": "received", "data": {"args": "swordfish"}, "status": 200, "name": "x"})
    said = json.loads(ScrubbingJson().format(record))
    assert said == {"time": said["time"], "level": None, "logger": "x", "message": "received", "status": 200} | {
        "level": said["level"]
    }


def test_no_error_is_mailed_with_what_a_request_held() -> None:
    config = configured("json", "INFO")
    assert config["loggers"]["django"]["handlers"] == []
    assert list(config["handlers"]) == ["lines"]
