"""Who owes feedback is reminded once a week, until something is in force; nobody else is."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from pytest_django import Settings

from enterprises.models import EditionKind
from financing.asking import asked_for, until
from financing.models import Feedback, FeedbackState, Way
from financing.reminding import remind
from pushes import telling
from pushes.access import Access
from pushes.models import Institution, Letter
from tests.financing.making import delivered, feedback
from tests.pushes.making import institution, record, sealed_edition

pytestmark = pytest.mark.django_db
DUE = datetime(2026, 10, 30, 1, 15, tzinfo=UTC)  # of 2026Q3: thirty days after its end
LATE, DAY = DUE + timedelta(days=1), timedelta(days=1)


@pytest.fixture
def banks() -> Iterator[tuple[Institution, Institution, Institution]]:
    """A, which has not reported; B, which has; C, whose contract is over; and D, which was delivered nothing."""
    spring, summer = sealed_edition("2026Q2", [record(1)]), sealed_edition("2026Q3", [record(1)])
    urgent = sealed_edition("2026Q3", [record(1)], version=2, kind=EditionKind.URGENT, previous=summer)
    a, b, c = institution("bank-a"), institution("bank-b"), institution("bank-c", until=date(2026, 10, 1))
    institution("bank-d")
    for bank in (a, b, c):
        bank.contacts.create(name="王", email=f"{bank.code}@example.org")
        for edition in (spring, summer, urgent):
            delivered(bank, edition)
    feedback(a, spring, {1: {"balance": "1"}})
    feedback(b, summer, {1: {"balance": "1"}})
    yield a, b, c


def test_once_a_week_until_it_is_in_force(banks: tuple[Institution, ...]) -> None:
    assert remind(now=DUE) == 0
    days = [remind(now=LATE + number * DAY) for number in range(15)]
    assert days == [1] * 15
    assert [letter.institution for letter in Letter.objects.all()] == [banks[0]] * 3
    telling.send_due(now=LATE)
    assert {address for sent in mail.outbox for address in sent.to} == {"bank-a@example.org"}
    assert "2026Q3" in mail.outbox[0].subject and "/institutions/feedback/" in str(mail.outbox[0].body)
    assert "问题" not in str(mail.outbox[0].body)
    feedback(banks[0], banks[0].channels.get().deliveries.get(edition__quarter="2026Q3", edition__version=1).edition,
             {1: {"balance": "1"}})  # fmt: skip
    assert remind(now=LATE + 30 * DAY) == 0


def test_what_has_faults_does_not_end_it_and_is_told(banks: tuple[Institution, ...]) -> None:
    a = banks[0]
    given = a.channels.get().deliveries.get(edition__quarter="2026Q3", edition__version=1)
    faulty = Feedback.objects.create(
        institution=a, quarter="2026Q3", delivery=given, way=Way.ROOM, state=FeedbackState.FAULTY, received_at=DUE
    )
    assert remind(now=LATE) == 1
    assert "问题" in Letter.objects.get().words
    asked = asked_for(Access(a), LATE.date())
    assert asked and (asked.edition, asked.in_force, asked.faulty, asked.is_late) == (given.edition, None, faulty, True)


def test_what_is_asked_for_is_the_newest_quarter_that_was_delivered(
    banks: tuple[Institution, ...], settings: Settings
) -> None:
    asked = asked_for(Access(banks[1]), LATE.date())
    assert asked and asked.edition.label == "ZZKJ-2026Q3-v1" and asked.in_force and not asked.is_late
    assert asked_for(Access(Institution.objects.get(code="bank-d")), LATE.date()) is None
    settings.FEEDBACK_DUE_DAYS = 1
    assert until("2026Q3") == date(2026, 10, 1)
