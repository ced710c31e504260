"""Evaluations are asked for, wait, are made once and stay; on the desk, by the command, by a worker."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.accounts import roles
from config.auditing.models import Event
from financing import evaluating
from financing.errors import AlreadyEvaluated, NoSuchHalf, NothingToEvaluate, NotSettledYet
from financing.halves import end_of, finished_half, quarters_of
from financing.models import Evaluation, EvaluationPaper
from financing.tasks import make_evaluations
from tests.financing.making import feedback
from tests.pushes.making import SEALED_AT, institution, record, sealed_edition
from tests.staff import in_roles

pytestmark = pytest.mark.django_db
NOW = SEALED_AT + timedelta(days=20)
CHANGES = reverse("admin:financing_evaluation_changelist")


@pytest.fixture
def reported() -> None:
    """One quarter of 2026H2, one bank, a balance; the other quarter is not yet."""
    feedback(institution("bank-a"), sealed_edition("2026Q3", [record(1), record(2)]), {1: {"balance": "7"}})


def made(**more: Any) -> Evaluation:
    return evaluating.make(half="2026H2", clock=lambda: NOW, **more)


def test_halves() -> None:
    assert quarters_of("2026H2") == ("2026Q3", "2026Q4")
    assert end_of("2026H1").isoformat() == "2026-06-30"
    assert [finished_half(datetime(2026, month, 1, tzinfo=UTC).date()) for month in (6, 7)] == ["2025H2", "2026H1"]
    for wrong in ("2026", "2026H3", "2026h1", "2026H1 ", "H1"):
        with pytest.raises(NoSuchHalf):
            quarters_of(wrong)


def test_what_is_asked_must_be_settled_sealed_and_new(reported: None) -> None:
    with pytest.raises(NotSettledYet):
        made(known_by=NOW - timedelta(minutes=9))
    with pytest.raises(NothingToEvaluate):
        made(known_by=SEALED_AT - timedelta(seconds=1))
    one = made(known_by=NOW - timedelta(days=1))
    with pytest.raises(AlreadyEvaluated, match="2026H2-v1"):
        made(known_by=one.known_by)
    two = made()
    assert (one.label, two.label, two.known_by) == ("2026H2-v1", "2026H2-v2", NOW - timedelta(minutes=10))
    assert two.document["missing"] == ["2026Q4"]
    assert two.document["quarters"][0]["total"]["balance"] == "7.000000"


def test_one_that_was_made_and_its_papers_stay(reported: None) -> None:
    one = made()
    paper = one.papers.all()[0]
    for change in (
        lambda: Evaluation.objects.filter(pk=one.pk).update(digest="0" * 64),
        lambda: Evaluation.objects.filter(pk=one.pk).update(made_at=None, document=None, digest=""),
        lambda: EvaluationPaper.objects.filter(pk=paper.pk).update(sha256="0" * 64),
        lambda: EvaluationPaper.objects.filter(pk=paper.pk).delete(),
        lambda: EvaluationPaper.objects.create(evaluation=one, kind="txt", file="x", sha256="x", size=1),
    ):
        with pytest.raises(IntegrityError, match="evaluation"), transaction.atomic():
            change()
    waiting = evaluating.ask(half="2026H2", known_by=NOW - timedelta(days=2), now=NOW)
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        Evaluation.objects.filter(pk=waiting.pk).update(half="2026H1")


def test_what_fails_leaves_it_waiting_and_no_paper_behind(
    reported: None, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    waiting = evaluating.ask(half="2026H2", now=NOW)

    def fails(_report: Any) -> bytes:
        raise OSError("the store is away")

    with monkeypatch.context() as patched:
        patched.setitem(evaluating._WRITERS, "pdf", fails)
        with pytest.raises(OSError, match="away"):
            evaluating.make_next(lambda: NOW)
    files = [one for one in (settings.STORAGES["default"]["OPTIONS"]["location"]).rglob("*") if one.is_file()]
    assert files == []
    make_evaluations()
    waiting.refresh_from_db()
    assert waiting.made_at is not None
    assert evaluating.make_next(lambda: NOW) is False


def test_the_command_makes_verifies_and_says_what_differs(reported: None, monkeypatch: pytest.MonkeyPatch) -> None:
    said = StringIO()
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    for _time in range(2):
        call_command("evaluate", "2026H2", "--known-by", "2026-10-05T18:00", stdout=said)
    one = Evaluation.objects.get()
    assert said.getvalue().count(one.digest) == 2
    with pytest.raises(CommandError, match="2026H9"):
        call_command("evaluate", "2026H9")
    monkeypatch.setattr(evaluating, "FORM", 2)
    with pytest.raises(CommandError, match="2026H2-v1"):
        call_command("evaluate", "2026H2", known_by=one.known_by, stdout=said)


def test_on_the_desk(reported: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    pusher, clerk = (in_roles(name, name=name) for name in (roles.PUSHER, roles.CLERK))
    client.force_login(clerk)
    assert client.post(reverse("admin:financing_evaluation_make"), {"half": "2026H2"}).status_code == 403
    client.force_login(pusher)
    assert "生成评估" in client.get(CHANGES).content.decode()
    for wrong in ({"half": ""}, {"half": "2026H9"}, {"half": "2026H2", "known_by": "x"}):
        client.post(reverse("admin:financing_evaluation_make"), wrong)
    assert not Evaluation.objects.exists()
    client.post(reverse("admin:financing_evaluation_make"), {"half": "2026H2"})
    one = Evaluation.objects.get()
    page = reverse("admin:financing_evaluation_change", args=[one.pk])
    assert "正在生成" in client.get(page).content.decode()
    evaluating.make_next(lambda: NOW)
    shown = client.get(page).content.decode()
    assert "内部资料" in shown
    assert "还差" in shown
    client.force_login(clerk)
    for kind, begins in (("pdf", b"%PDF"), ("xlsx", b"PK")):
        got = client.get(reverse(f"admin:financing_evaluation_{kind}", args=[one.pk]))
        assert b"".join(got.streaming_content).startswith(begins)  # type: ignore[attr-defined]
    assert Event.objects.filter(act="downloaded", label__contains="2026H2-v1").count() == 2
