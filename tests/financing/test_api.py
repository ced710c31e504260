"""Feedback by machine: JSON and csv through one reader, followed up, and nobody else's."""

from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from enterprises.editions import withdraw
from enterprises.models import Edition
from financing import taking_in
from financing.api import feedback as interface
from financing.models import Feedback, ListMistake
from pushes.models import Scope
from tests.pushes.asking import ADDRESS, ROOT, Machine, key_of, problem
from tests.pushes.making import delivered, institution, person, record, sealed_edition

pytestmark = pytest.mark.django_db
LABEL = "ZZKJ-2026Q3-v1"
SEND = f"/editions/{LABEL}/feedback"
WHOLE = {
    "public_id": record(1)["id"], "uscc": None, "name": record(1)["name"], "contacted": True,
    "contacted_on": "2026-08-31", "answer": "lent", "credit_line": "1000", "lent": "300.123456", "balance": "0.5",
    "first_loan": True, "renewal": False, "credit_loan": None, "rate": "3.4500", "period_end": "2026-09-30",
    "reason": "=1+1,\"甲\"；乙", "mistake": "renamed", "mistake_says": "现名，见公告",
}  # fmt: skip


@pytest.fixture
def machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Machine]]:
    """A's and B's, and one of A's that may not report."""
    monkeypatch.setattr(interface, "_call_a_worker", lambda: None)
    folder = tmp_path / "work"
    folder.mkdir(mode=0o700)
    monkeypatch.setattr(taking_in, "_root", lambda: folder)
    edition = sealed_edition("2026Q3", [record(1), record(2)])
    officer = person("officer", None, staff=True)
    a, b = institution("bank-a"), institution("bank-b")
    for bank in (a, b):
        delivered(edition, bank)
    others = [scope for scope in Scope if scope != Scope.FEEDBACK]
    yield {
        "a": Machine(key_of(a, officer, Scope.FEEDBACK)), "b": Machine(key_of(b, officer, Scope.FEEDBACK)),
        "fetching": Machine(key_of(a, officer, *others)),
    }  # fmt: skip


def told(response: Any, status: int = 200) -> dict[str, Any]:
    assert response.status_code == status, response.content.decode()[:2000]
    found: dict[str, Any] = orjson.loads(response.content)
    return found


def send(machine: Machine, *lines: dict[str, Any], more: str = "") -> dict[str, Any]:
    """Sent, read as a worker would, and asked for."""
    sent = told(machine.post(f"{SEND}{more}", {"lines": lines}), 202)
    assert sent["state"] == "waiting"
    taking_in.read_next(timezone.now)
    return told(machine.get(f"/feedback/{sent['id']}"))


def test_all_that_a_line_may_say_arrives_as_it_was_said(machines: dict[str, Machine]) -> None:
    found = send(machines["a"], WHOLE, {"name": record(2)["name"], "contacted": False})
    assert (found["state"], found["lines"], found["faults"], found["quarter"]) == ("in_force", 2, [], "2026Q3")
    assert found["sums"] == {
        "contacted": 1, "credit_line": "1000", "lent": "300.123456", "balance": "0.5", "mistakes": 1, "silent": 0,
    }  # fmt: skip
    kept = Feedback.objects.get()
    assert kept.access_key and kept.access_key in str(found["key"]) and kept.user is None and kept.address == ADDRESS
    rows: list[Any] = list(kept.rows.order_by("row_number").values())
    line, other = rows
    same: dict[str, Any] = {name: value for name, value in WHOLE.items() if name not in ("public_id", "uscc", "name")}
    same |= {name: Decimal(str(WHOLE[name])) for name in ("credit_line", "lent", "balance", "rate")}
    days = {name: line[name].isoformat() for name in ("contacted_on", "period_end")}
    assert {name: value for name, value in line.items() if name in same} | days == same
    assert other["contacted"] is False and other["balance"] is None and other["answer"] == ""
    (mistake,) = told(machines["a"].get("/feedback/mistakes"))["items"]
    assert (mistake["enterprise"], mistake["kind"], mistake["says"]) == (record(1)["id"], "renamed", "现名，见公告")
    assert (mistake["outcome"], mistake["words"]) == ("open", None)
    officer = person("checker", None, staff=True)
    ListMistake.objects.update(outcome="as_published", words="与公布的一致。", settled_at=timezone.now(),
                               settled_by=officer)  # fmt: skip
    assert told(machines["a"].get("/feedback/mistakes"))["items"][0]["words"] == "与公布的一致。"
    assert told(machines["b"].get("/feedback/mistakes"))["items"] == []


def test_faults_name_row_and_column_and_sound_lines_may_count(machines: dict[str, Machine]) -> None:
    sound, unknown = (
        {"name": record(1)["name"], "answer": "no_need"},
        {"name": "郑州无此企业有限公司", "contacted": True},
    )
    found = send(machines["a"], sound, {"name": record(2)["name"], "answer": "lent"}, unknown)
    assert (found["state"], found["lines"], found["faulty"], found["in_force_at"]) == ("faulty", 1, 2, None)
    assert [(fault["row"], fault["column"]) for fault in found["faults"]] == [(3, "对接结果"), (4, "")]
    left_out = send(machines["a"], sound, unknown, more="?leave_out=true")
    assert (left_out["state"], left_out["lines"], left_out["faulty"]) == ("in_force", 1, 1)


def test_csv_is_the_same_and_the_same_again_is_told(machines: dict[str, Machine]) -> None:
    text = f"企业名称,贷款余额（万元）\n{record(1)['name']},1.50\n"
    sent = machines["a"].post(SEND, text.encode("gb18030"), content_type="text/csv")
    assert told(sent, 202)["id"] in sent["Location"]
    problem(machines["a"].post(SEND, text.encode("gb18030"), content_type="text/csv"), 409, "same-feedback")
    taking_in.read_next(timezone.now)
    assert told(machines["a"].get(sent["Location"].removeprefix(ROOT)))["sums"]["balance"] == "1.50"
    problem(machines["a"].post(SEND, text.encode("gb18030"), content_type="text/csv"), 409, "same-feedback")
    large = text.encode("gb18030") + b"\n" * (3 << 20)  # more than any body that is no file may have elsewhere
    told(machines["b"].post(SEND, large, content_type="text/csv"), 202)


def test_half_a_table_is_none(machines: dict[str, Machine]) -> None:
    """What a line that broke off leaves would take the place of the whole."""
    text = f"企业名称,贷款余额（万元）\n{record(1)['name']},1.50\n".encode()
    client = Client(REMOTE_ADDR=ADDRESS, headers={"Authorization": f"Bearer {machines['a'].key}"})
    broken: dict[str, Any] = {"CONTENT_LENGTH": str(len(text) + 1000), "wsgi.input": BytesIO(text)}
    answer = client.generic("POST", f"{ROOT}{SEND}", text, "text/csv", **broken)
    problem(answer, 400, "bad-request")
    assert not Feedback.objects.exists()


def test_lists_are_paged_and_of_a_quarter(machines: dict[str, Machine]) -> None:
    for number in range(3):
        send(machines["a"], {"name": record(1)["name"], "balance": str(number)})
    first = told(machines["a"].get("/feedback?limit=2"))
    rest = told(machines["a"].get(f"/feedback?limit=2&cursor={first['next']}"))
    assert [one["state"] for one in first["items"] + rest["items"]] == ["in_force", "replaced", "replaced"]
    assert rest["next"] is None and told(machines["a"].get("/feedback?quarter=2026Q2"))["items"] == []
    mine = first["next"]
    assert told(machines["b"].get("/feedback"))["items"] == []
    problem(machines["b"].get(f"/feedback?cursor={mine}"), 404, "no-such-feedback")
    problem(machines["b"].get(f"/feedback/{mine}"), 404, "no-such-feedback")
    problem(machines["a"].get(f"/feedback/{uuid4()}"), 404, "no-such-feedback")


UNFIT: list[tuple[dict[str, Any], str]] = [
    ({"balance": 5}, "/lines/0/balance"),
    ({"balance": "1,000"}, "/lines/0/balance"),
    ({"balance": "-1"}, "/lines/0/balance"),
    ({"lent": "0.1234567"}, "/lines/0/lent"),
    ({"contacted": "是"}, "/lines/0/contacted"),
    ({"contacted_on": "2026/09/01"}, "/lines/0/contacted_on"),
    ({"contacted_on": 20260901}, "/lines/0/contacted_on"),
    ({"answer": "放款"}, "/lines/0/answer"),
    ({"reason": "甲\n91410100MA0000002"}, "/lines/0/reason"),
    ({"amount": "5"}, "/lines/0/amount"),
]


def test_what_does_not_have_the_form_is_told_with_its_place(machines: dict[str, Machine], settings: Settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1000
    for line, pointer in UNFIT:
        answer = problem(machines["a"].post(SEND, {"lines": [{"name": "x", **line}]}), 422, "invalid-input")
        ((place, words),) = [fault.values() for fault in answer["errors"]]
        assert place == pointer and not words.isascii() and "<" not in words, line


def test_what_is_refused_has_its_kind(machines: dict[str, Machine], settings: Settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1000
    a, lines = machines["a"], {"lines": [{"name": record(1)["name"], "balance": "1"}]}
    assert problem(machines["fetching"].post(SEND, lines), 403, "scope-missing")["scope"] == "feedback"
    problem(machines["fetching"].get("/feedback"), 403, "scope-missing")
    problem(a.post("/editions/ZZKJ-2026Q2-v1/feedback", lines), 404, "no-such-edition")
    problem(a.post(SEND, b"{"), 400, "malformed-json")
    problem(a.post(SEND, {"lines": []}), 422, "invalid-input")
    problem(a.post(SEND, [lines]), 422, "invalid-input")
    problem(a.post(SEND, b"x", content_type="application/xml"), 415, "media-type-refused")
    problem(a.post(SEND, b" " * (2 * 1024 * 1024 + 1)), 413, "body-too-large")
    settings.FEEDBACK_MAX_MEGABYTES = 0
    problem(a.post(SEND, lines), 413, "body-too-large")
    settings.FEEDBACK_MAX_MEGABYTES = 1
    for number in range(5):
        told(a.post(SEND, {"lines": [{"name": "x", "balance": str(number)}]}), 202)
    problem(a.post(SEND, lines), 409, "feedback-refused")
    withdraw(edition=Edition.objects.get(), reason="更正", by=person("boss", None, staff=True), now=timezone.now())
    assert "更正" in problem(machines["b"].post(SEND, lines), 410, "edition-withdrawn")["detail"]
    settings.API_REQUESTS_PER_MINUTE = 9
    problem(machines["b"].post(SEND, lines), 429, "too-many-requests")
