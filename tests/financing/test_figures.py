"""A quarter's figures: each enterprise once, of the edition's members alone, as of the moment that is asked for."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from enterprises.models import Edition, Enterprise
from financing.errors import NoFiguresYet
from financing.figures import ALL, Cell, figures
from financing.models import Feedback, FeedbackLine
from pushes.models import Institution
from tests.financing.making import feedback
from tests.pushes.making import SEALED_AT, institution, recognition, record, sealed_edition

pytestmark = pytest.mark.django_db

LATER = SEALED_AT + timedelta(days=9)
EARLY, LATE = SEALED_AT + timedelta(days=1), SEALED_AT + timedelta(days=5)


@pytest.fixture
def edition() -> Edition:
    """1 to 4 in 金水区 and 高企, 3 and 4 科技型中小企业 too; 5 in no known district, 科技型中小企业 alone."""
    both = [recognition(), recognition("TSME", "TSME-2026-01#1")]
    return sealed_edition(
        "2026Q3",
        [
            record(1), record(2), record(3, *both), record(4, *both),
            record(5, recognition("TSME", "TSME-2026-01#2"), district=""),
        ],
    )  # fmt: skip


def of(number: int) -> Enterprise:
    return Enterprise.objects.get(editions__name=f"郑州示范{number}号科技有限公司")


def test_an_enterprise_of_two_banks_counts_once_and_sums_are_of_both(edition: Edition) -> None:
    a, b = institution("bank-a"), institution("bank-b")
    feedback(a, edition, {1: {"balance": "100.000001", "contacted": True}, 2: {"lent": "5", "first_loan": True}})
    feedback(b, edition, {1: {"balance": "0.000001", "lent": "3"}, 3: {"credit_line": "10", "contacted": True}})
    found = figures("2026Q3", groups={"HNTE": ["HNTE"], "TSME": ["TSME"], "two": ["HNTE", "TSME"]}, known_by=LATER)
    assert found.cell() == Cell(
        reported=3, contacted=2, granted=1, lent_to=2, with_balance=1, paid_out=2, first=1,
        credit_line=Decimal(10), lent=Decimal(8), balance=Decimal("100.000002"), institutions=2,
    )  # fmt: skip
    assert (found.share(), found.share(group="HNTE"), found.share(group="TSME")) == (
        Decimal(40),
        Decimal(50),
        Decimal(0),
    )
    assert (
        found.members[found_key := next(key for key in found.members if key.group == "two" and not key.district)] == 5
    )
    assert found_key.institution == ALL
    assert (
        found.cell(institution="bank-b").lent_to == found.cell(group="two", district="金水区", kind="bank").paid_out - 1
    )
    assert found.cell(district="-") == Cell()


def test_what_was_replaced_counts_until_then_and_never_again(edition: Edition) -> None:
    bank = institution("bank-a")
    feedback(bank, edition, {1: {"balance": "7"}, 2: {"balance": "1"}}, at=EARLY, replaced_at=LATE)
    feedback(bank, edition, {2: {"balance": "9"}}, at=LATE)
    asked = (EARLY - timedelta(seconds=1), EARLY, LATE - timedelta(seconds=1), LATE, LATER)
    sums = [figures("2026Q3", groups={}, known_by=moment).cell().balance for moment in asked]
    assert sums == [0, 8, 8, 9, 9]


def test_who_is_no_member_does_not_count_and_a_quarter_without_an_edition_has_no_figures(edition: Edition) -> None:
    bank = institution("bank-a")
    other = sealed_edition("2026Q2", [record(77)])
    made = feedback(bank, other, {77: {"balance": "7"}}, quarter="2026Q3")
    assert made.rows.count() == 1
    assert figures("2026Q3", groups={}, known_by=LATER).cell() == Cell()
    with pytest.raises(NoFiguresYet, match="2026Q4"):
        figures("2026Q4", groups={}, known_by=LATER)
    with pytest.raises(NoFiguresYet):
        figures("2026Q3", groups={}, known_by=SEALED_AT - timedelta(seconds=1))


def test_what_was_in_force_stays(edition: Edition) -> None:
    made = feedback(institution("bank-a"), edition, {1: {"balance": "7"}})
    line = FeedbackLine.objects.get(feedback=made)
    for change in (
        lambda: FeedbackLine.objects.filter(pk=line.pk).update(balance=8),
        lambda: line.delete(),
        lambda: FeedbackLine.objects.create(feedback=made, row_number=9, enterprise=of(2)),
        lambda: Feedback.objects.filter(pk=made.pk).update(lines=3),
        lambda: Feedback.objects.filter(pk=made.pk).update(state="dropped", in_force_at=None),
        lambda: Feedback.objects.filter(pk=made.pk).delete(),
    ):
        with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
            change()
    assert Institution.objects.count() == 1
    assert made.in_force_at == datetime(2026, 10, 2, 6, 30, tzinfo=UTC)
