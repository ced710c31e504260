"""What the other side refuses, or fails at for days, pauses its channel; both are told, and the end makes up for it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from enterprises.models import Edition
from pushes import delivering, errors, packaging, pausing, queries, telling
from pushes.channels.parcel import OUR_FAULT, Answer, Parcel
from pushes.models import Attempt, Channel, Delivery, DeliveryState, Institution, Letter
from pushes.sending import Tried, send
from tests.pushes.making import answering, institution, person, record, sealed_edition

NOW = datetime(2026, 10, 1, 7, 0, tzinfo=UTC)


def at(moment: datetime = NOW) -> Callable[[], datetime]:
    return lambda: moment


@pytest.fixture
def bank(spring: Edition, settings: Settings) -> Institution:
    settings.BUREAU_MAIL = ["kjj@example.org"]
    made = institution()
    made.contacts.create(name="王经理", email="wang@bank.example")
    return made


@pytest.mark.parametrize("outcome", ["permanent", "refused"])
def test_what_is_refused_pauses_the_channel_and_both_sides_are_told(
    bank: Institution, monkeypatch: pytest.MonkeyPatch, outcome: str
) -> None:
    answering(monkeypatch, Answer(outcome, "没有这个邮箱", "wang@bank.example", "550"))  # type: ignore[arg-type]
    delivering.sweep(clock=at())
    channel = Channel.objects.get()
    assert channel.paused and channel.paused_at == NOW and channel.paused_by is None
    assert "没有这个邮箱" in channel.paused_why
    assert Delivery.objects.get().state == DeliveryState.FAILED
    assert queries.outstanding(timezone.localdate(NOW)) == {"waiting": 0, "failed": 1}
    telling.send_due(now=NOW)
    assert {tuple(letter.to) for letter in mail.outbox} == {("wang@bank.example",), ("kjj@example.org",)}
    assert all("没有这个邮箱" in letter.body for letter in mail.outbox)
    assert telling.send_due(now=NOW + timedelta(days=9)) == 0


def test_days_of_passing_failures_pause_it(bank: Institution, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, *[Answer("passing", "busy")] * 60)
    delivering.sweep(clock=at())
    while (delivery := Delivery.objects.get()).state == DeliveryState.WAITING:
        now = delivery.due_at
        assert delivering.sweep(clock=at(now - timedelta(seconds=1))).steps == 0
        assert delivering.sweep(clock=at(now)).steps == 1
    tried_for = now - NOW
    assert timedelta(days=5) <= tried_for <= timedelta(days=5, hours=7)
    assert 20 <= Attempt.objects.count() <= 50
    assert "busy" in Channel.objects.get().paused_why
    assert Attempt.objects.last().next_at is None  # type: ignore[union-attr]
    assert Letter.objects.count() == 2


def test_what_we_cannot_build_is_not_held_against_the_channel(
    bank: Institution, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_facts: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(packaging, "build", broken)
    for hours in range(0, 24 * 9, 6):
        delivering.sweep(clock=at(NOW + timedelta(hours=hours)))
    assert not Channel.objects.get().paused
    assert Delivery.objects.get().state == DeliveryState.WAITING
    assert Attempt.objects.filter(sha256="").count() == Attempt.objects.count() > 12


def test_no_fault_of_ours_is_held_against_the_channel(bank: Institution, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, *[Answer("passing", "no mail server", code=OUR_FAULT)] * 60)
    for hours in range(0, 24 * 9, 6):
        delivering.sweep(clock=at(NOW + timedelta(hours=hours)))
    assert Attempt.objects.count() > 12
    assert not Channel.objects.get().paused and Delivery.objects.get().state == DeliveryState.WAITING


def test_every_attempt_is_on_record(bank: Institution, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(
        monkeypatch, Answer("passing", "busy", "sftp.bank.example", "4"), Answer("delivered", to="sftp.bank.example")
    )
    delivering.sweep(clock=at())
    delivering.sweep(clock=at(NOW + timedelta(minutes=2)))
    failed, made = Attempt.objects.all()
    package = Delivery.objects.get().package
    assert package is not None
    assert (failed.at, failed.to, failed.code, failed.detail) == (NOW, "sftp.bank.example", "4", "busy")
    assert failed.sha256 == made.sha256 == package.sha256
    assert failed.next_at is not None and failed.next_at > NOW
    assert (made.outcome, made.next_at) == ("delivered", None)


def test_the_end_of_a_pause_takes_up_what_failed_and_what_came_meanwhile(
    bank: Institution, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    answering(monkeypatch, Answer("permanent", "gone"), Answer("delivered"), Answer("delivered"))
    delivering.sweep(clock=at())
    request.getfixturevalue("summer")
    later = NOW + timedelta(days=20)
    assert delivering.sweep(clock=at(later)).delivered == 0
    pausing.resume(channel=Channel.objects.get(), now=later)
    assert delivering.sweep(clock=at(later)).delivered == 2
    assert Channel.objects.get().paused_why == ""
    with pytest.raises(errors.NotPaused):
        pausing.resume(channel=Channel.objects.get(), now=later)


def test_after_a_pause_editions_come_in_their_order_each_told_since_the_one_before(
    bank: Institution, spring: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel, before = Channel.objects.get(), spring
    pausing.pause(channel=channel, why="银行换系统", now=NOW, by=person("zhao", None, staff=True))
    for quarter in ("2026Q3", "2026Q4", "2027Q1", "2027Q2"):
        before = sealed_edition(quarter, [record(1)], previous=before)
    pausing.resume(channel=channel, now=NOW)
    seen = answering(monkeypatch, *[Answer("delivered")] * 5)
    assert delivering.sweep(clock=at()).delivered == 5
    labels = [parcel.edition for parcel in seen]
    assert labels == sorted(labels)
    assert [parcel.summary.since for parcel in seen] == ["", *labels[:-1]]


def test_a_pause_by_a_person_keeps_its_reason_and_writes_no_letter(
    bank: Institution, monkeypatch: pytest.MonkeyPatch
) -> None:
    zhao = person("zhao", None, staff=True)
    pausing.pause(channel=Channel.objects.get(), why="银行换系统", now=NOW, by=zhao)
    pausing.pause(channel=Channel.objects.get(), why="another", now=NOW)
    channel = Channel.objects.get()
    assert (channel.paused_why, channel.paused_by) == ("银行换系统", zhao)
    assert not Letter.objects.exists()


def test_a_lease_that_is_somebody_elses_pauses_nothing(bank: Institution, monkeypatch: pytest.MonkeyPatch) -> None:
    lease = timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
    seen = answering(monkeypatch, Answer("permanent", "too late"), Answer("delivered"))

    def slow(channel: Channel, parcel: Parcel, *, now: datetime) -> Tried:
        tried = send(channel, parcel, now=now)
        if len(seen) == 1:  # its lease ran out, and another delivers
            delivering.deliver_due(clock=at(NOW + lease))
        return tried

    monkeypatch.setattr(delivering, "send", slow)
    delivering.sweep(clock=at())
    assert Delivery.objects.get().state == DeliveryState.DELIVERED
    assert not Channel.objects.get().paused
