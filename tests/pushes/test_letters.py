"""Letters: once to each side, tried again until they went, to nobody without a contract."""

from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from enterprises.editions import withdraw
from enterprises.mail_words import Words
from enterprises.models import Edition
from pushes import chasing, delivering, receipts, telling
from pushes.models import Delivery, Institution, Letter, LetterKind, LetterState, Receipt
from tests.pushes.making import institution, person, record, sealed_edition

NOW = datetime(2026, 10, 1, 7, 0, tzinfo=UTC)
DAY = timedelta(days=1)
WITHOUT_CONTRACT = [
    {"state": "suspended"},
    {"state": "ended"},
    {"contract_until": timezone.localdate(NOW) - DAY},
]


@pytest.fixture
def bank(spring: Edition) -> Institution:
    """It has the spring edition, and two contacts."""
    made = institution()
    made.contacts.create(name="王经理", email="wang@bank.example")
    made.contacts.create(name="李主任", email="li@bank.example")
    delivering.sweep(clock=lambda: NOW)
    return made


def letter(bank: Institution | None, now: datetime = NOW) -> Letter:
    words = Words("题目", "正文")
    telling.tell(about="x", kind=LetterKind.PAUSED, words=words, institution=bank, now=now)
    return Letter.objects.get(about="x")


class TestSending:
    def test_once_to_all_contacts(self, bank: Institution) -> None:
        letter(bank)
        letter(bank)
        assert telling.send_due(now=NOW) == 1
        assert telling.send_due(now=NOW + DAY) == 0
        assert [sent.to for sent in mail.outbox] == [["wang@bank.example", "li@bank.example"]]
        assert (mail.outbox[0].subject, mail.outbox[0].body) == ("题目", "正文")
        assert Letter.objects.get().addresses == "wang@bank.example, li@bank.example"

    def test_what_could_not_go_is_tried_again(self, bank: Institution, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_words: object) -> None:
            raise ConnectionRefusedError("no server")

        letter(bank)
        with monkeypatch.context() as broken:
            broken.setattr(telling, "send_mail", refuse)
            assert telling.send_due(now=NOW) == 0
        waits = Letter.objects.get()
        assert waits.state == LetterState.WAITING and "no server" in waits.failure and waits.due_at > NOW
        assert telling.send_due(now=NOW) == 0
        assert telling.send_due(now=NOW + DAY) == 1
        assert Letter.objects.get().tries == 2

    @pytest.mark.parametrize(
        ("error", "tried"), [(ConnectionRefusedError("no server"), 1), (SMTPRecipientsRefused({}), 2)]
    )
    def test_a_server_that_is_down_is_not_asked_for_each(
        self, bank: Institution, monkeypatch: pytest.MonkeyPatch, error: OSError, tried: int
    ) -> None:
        def refuse(*_words: object) -> None:
            raise error

        for about in ("x", "y"):
            words = Words("题目", "正文")
            telling.tell(about=about, kind=LetterKind.PAUSED, words=words, institution=bank, now=NOW)
        monkeypatch.setattr(telling, "send_mail", refuse)
        assert telling.send_due(now=NOW) == 0
        assert Letter.objects.filter(tries=1).count() == tried

    def test_a_name_in_two_lines_holds_up_no_letter(self, bank: Institution) -> None:
        for about in ("x", "y"):
            words = Words("某某\r\nBcc: x@evil.example", "正文")
            telling.tell(about=about, kind=LetterKind.PAUSED, words=words, institution=bank, now=NOW)
        assert telling.send_due(now=NOW) == 2
        assert {one.subject for one in mail.outbox} == {"某某 Bcc: x@evil.example"}

    def test_a_letter_that_no_server_can_be_given_holds_up_no_other(self, bank: Institution) -> None:
        letter(bank)
        Letter.objects.update(subject="two\nlines")
        words = Words("题目", "正文")
        telling.tell(about="y", kind=LetterKind.PAUSED, words=words, institution=bank, now=NOW)
        assert telling.send_due(now=NOW) == 1
        assert Letter.objects.get(about="x").failure

    def test_without_a_mail_server_none_counts_as_sent(self, bank: Institution, settings: Settings) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
        letter(bank)
        assert telling.send_due(now=NOW) == 0
        assert "EMAIL_URL" in Letter.objects.get().failure

    @pytest.mark.parametrize("whose", ["institution", "bureau"])
    def test_with_no_address_it_waits_and_says_so(self, bank: Institution, settings: Settings, whose: str) -> None:
        settings.BUREAU_MAIL = []
        bank.contacts.all().delete()
        letter(bank if whose == "institution" else None)
        assert telling.send_due(now=NOW) == 0
        assert Letter.objects.get().state == LetterState.WAITING and Letter.objects.get().failure


class TestReminders:
    def test_once_after_days_in_which_nobody_took_it(self, bank: Institution) -> None:
        chasing.remind(now=NOW + 4 * DAY)
        assert not Letter.objects.exists()
        chasing.remind(now=NOW + 5 * DAY)
        chasing.remind(now=NOW + 6 * DAY)
        assert "ZZKJ-2026Q2-v1" in Letter.objects.get().subject

    @pytest.mark.parametrize("act", [receipts.downloaded, receipts.acknowledged])
    def test_not_of_what_was_taken(self, bank: Institution, act: object) -> None:
        clerk = person("clerk", bank)
        act(delivery=Delivery.objects.get(), by=clerk, address=None, now=NOW)  # type: ignore[operator]
        chasing.remind(now=NOW + 9 * DAY)
        assert not Letter.objects.exists()

    def test_of_the_newest_edition_alone(self, bank: Institution, spring: Edition) -> None:
        sealed_edition("2026Q3", [record(1)], previous=spring, sealed_at=NOW)
        delivering.sweep(clock=lambda: NOW)
        chasing.remind(now=NOW + 9 * DAY)
        assert "ZZKJ-2026Q3-v1" in Letter.objects.get().subject


class TestWithdrawn:
    def test_each_that_got_it_is_told_once(self, bank: Institution, spring: Edition) -> None:
        institution("bank-b")  # it came after the delivery
        withdraw(edition=spring, reason="某公司名称有误", now=NOW)
        chasing.chase(now=NOW)
        chasing.chase(now=NOW)
        assert telling.send_due(now=NOW) == 1
        assert "撤回" in mail.outbox[0].subject and "某公司" not in mail.outbox[0].body

    @pytest.mark.parametrize("change", WITHOUT_CONTRACT)
    def test_without_a_contract_too(self, bank: Institution, spring: Edition, change: dict[str, object]) -> None:
        withdraw(edition=spring, reason="有误", now=NOW)
        Institution.objects.update(**change)
        chasing.chase(now=NOW)
        assert telling.send_due(now=NOW) == 1


@pytest.mark.parametrize("change", WITHOUT_CONTRACT)
def test_without_a_contract_nothing_else_is_written_or_sent(bank: Institution, change: dict[str, object]) -> None:
    letter(bank)
    Institution.objects.update(**change)
    chasing.remind(now=NOW + 9 * DAY)
    assert telling.send_due(now=NOW) == 0
    assert [one.state for one in Letter.objects.all()] == [LetterState.DROPPED]
    assert not mail.outbox and not Receipt.objects.exists()


class TestLate:
    def test_the_bureau_hears_daily_until_all_have_it(self, spring: Edition, settings: Settings) -> None:
        settings.BUREAU_MAIL = ["kjj@example.org"]
        institution()
        assert spring.sealed_at is not None
        chasing.tell_late(now=spring.sealed_at + timedelta(hours=23))
        assert not Letter.objects.exists()
        for days in (1, 1, 2):
            chasing.tell_late(now=spring.sealed_at + days * DAY)
        assert Letter.objects.count() == 2
        assert "示范银行（bank-a）" in Letter.objects.all()[0].words
        delivering.sweep(clock=lambda: NOW)
        chasing.tell_late(now=spring.sealed_at + 3 * DAY)
        assert Letter.objects.count() == 2
