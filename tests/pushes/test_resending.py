"""What a person has sent again or as a trial: with one id, on record, and never without a contract."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from enterprises.editions import withdraw
from enterprises.models import Edition
from pushes import delivering, errors, pausing, resending
from pushes.channels.parcel import Answer
from pushes.models import Attempt, Channel, Delivery, DeliveryState, Institution, Sending
from tests.pushes.making import answering, institution, person

NOW = datetime(2026, 10, 1, 7, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def zhao(spring: Edition) -> User:
    """Of the bureau. The bank is there, too."""
    institution()
    return person("zhao", None, staff=True)


def failed(monkeypatch: pytest.MonkeyPatch) -> Delivery:
    """One that failed for good, its channel open again."""
    with monkeypatch.context() as refusing:
        answering(refusing, Answer("permanent", "gone"))
        delivering.sweep(clock=lambda: NOW)
    Channel.objects.update(paused=False)
    return Delivery.objects.get()


def test_what_failed_is_due_at_once(zhao: User, monkeypatch: pytest.MonkeyPatch) -> None:
    resending.resend(delivery=failed(monkeypatch), by=zhao, now=NOW)
    assert delivering.sweep(clock=lambda: NOW).delivered == 1


@pytest.mark.parametrize(("since", "count"), [(NOW, 1), (NOW + DAY, 0)])
def test_all_that_failed_since_a_day(zhao: User, monkeypatch: pytest.MonkeyPatch, since: datetime, count: int) -> None:
    failed(monkeypatch)
    assert resending.resend_failed(since=since, now=NOW) == count
    assert Delivery.objects.filter(state="waiting").count() == count


def test_what_was_delivered_goes_once_more_with_its_id(zhao: User, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = answering(monkeypatch, Answer("delivered"), Answer("delivered", "again"))
    delivering.sweep(clock=lambda: NOW)
    made = Delivery.objects.get()
    resending.resend(delivery=made, by=zhao, now=NOW)
    resending.resend(delivery=made, by=zhao, now=NOW)  # impatient
    assert resending.send_asked(clock=lambda: NOW + DAY) == 1
    assert seen[0].id == seen[1].id and not seen[1].trial
    assert [attempt.detail for attempt in Attempt.objects.all()] == ["", "again"]
    made.refresh_from_db()
    assert (made.state, made.delivered_at) == (DeliveryState.DELIVERED, NOW)
    assert resending.send_asked(clock=lambda: NOW) == 0


def test_a_trial_says_that_it_is_one_and_is_no_delivery(zhao: User, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = Channel.objects.get()
    pausing.pause(channel=channel, why="new server", now=NOW, by=zhao)
    seen = answering(monkeypatch, Answer("permanent", "no such folder", "sftp.bank.example"))
    resending.try_channel(channel=channel, by=zhao, now=NOW)
    assert resending.send_asked(clock=lambda: NOW) == 1
    assert seen[0].trial and seen[0].edition == "ZZKJ-2026Q2-v1"
    trial = Sending.objects.get()
    assert (trial.outcome, trial.detail, trial.to) == ("permanent", "no such folder", "sftp.bank.example")
    assert not Delivery.objects.exists() and not Attempt.objects.exists()


class TestRefused:
    @pytest.mark.parametrize(
        "change", [{"state": "suspended"}, {"state": "ended"}, {"contract_until": timezone.localdate(NOW) - DAY}]
    )
    def test_without_a_contract(self, zhao: User, monkeypatch: pytest.MonkeyPatch, change: dict[str, object]) -> None:
        made = failed(monkeypatch)
        resending.try_channel(channel=made.channel, by=zhao, now=NOW)  # and then the contract ends
        Institution.objects.update(**change)
        with pytest.raises(errors.NotUnderContract):
            resending.resend(delivery=made, by=zhao, now=NOW)
        with pytest.raises(errors.NotUnderContract):
            resending.try_channel(channel=made.channel, by=zhao, now=NOW)
        assert resending.resend_failed(since=NOW, now=NOW) == 0
        seen = answering(monkeypatch)
        resending.send_asked(clock=lambda: NOW)
        assert not seen and Sending.objects.get().outcome == "refused"

    def test_by_a_paused_channel(self, zhao: User, monkeypatch: pytest.MonkeyPatch) -> None:
        made = failed(monkeypatch)
        Channel.objects.update(paused=True)
        with pytest.raises(errors.ChannelPaused):
            resending.resend(delivery=made, by=zhao, now=NOW)

    def test_of_a_withdrawn_edition(self, zhao: User, spring: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
        delivering.sweep(clock=lambda: NOW)
        made = Delivery.objects.get()
        resending.resend(delivery=made, by=zhao, now=NOW)
        withdraw(edition=spring, reason="有误", now=NOW)
        with pytest.raises(errors.EditionNotStanding):
            resending.resend(delivery=made, by=zhao, now=NOW)
        seen = answering(monkeypatch)
        resending.send_asked(clock=lambda: NOW)
        assert not seen and Sending.objects.get().outcome == "refused"

    def test_a_trial_with_nothing_to_try(self, zhao: User, spring: Edition) -> None:
        withdraw(edition=spring, reason="有误", now=NOW)
        with pytest.raises(errors.NothingToTry):
            resending.try_channel(channel=Channel.objects.get(), by=zhao, now=NOW)
