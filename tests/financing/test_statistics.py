"""Rows as people read them: growth against the year's start, and how far the policy's targets are."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from financing.models import Measure, Target, Unit
from financing.statistics import statistics
from tests.financing.making import feedback
from tests.pushes.making import SEALED_AT, institution, recognition, record, sealed_edition

pytestmark = pytest.mark.django_db

LATER = SEALED_AT + timedelta(days=9)
YEAR_START = datetime(2026, 1, 5, tzinfo=UTC)


def test_rows_growth_and_targets() -> None:
    tsme = recognition("TSME", "TSME-2026-01#1")
    before = sealed_edition("2025Q4", [record(1), record(9)], sealed_at=YEAR_START)
    edition = sealed_edition(
        "2026Q3",
        [record(1), record(2, recognition(), tsme), record(3, tsme, district=""), record(4, district="二七区")],
    )
    bank = institution("bank-a")
    feedback(bank, before, {1: {"balance": "8"}, 9: {"balance": "100"}}, at=YEAR_START)
    feedback(bank, edition, {1: {"balance": "10.5"}, 2: {"lent": "2", "renewal": True}, 3: {"credit_line": "7"}})
    joined = Target(
        name="t", programmes=["TSME", "HNTE"], measure=Measure.BALANCE, value=Decimal(1), unit=Unit.TEN_THOUSAND,
        due=date(2026, 12, 31), source="s",
    )  # fmt: skip
    joined.full_clean()
    joined.save()
    found = statistics("2026Q3", known_by=LATER)
    assert (found.total.members, found.total.share, found.total.year_start) == (4, Decimal(50), Decimal(108))
    assert found.row(group="HNTE", district="金水区").growth == Decimal("-90.27777777777777777777777778")
    assert [(row.key.group, row.members, row.cell.lent_to) for row in found.programmes] == [
        ("HNTE", 3, 2), ("TSME", 2, 1),
    ]  # fmt: skip
    assert [row.key.district for row in found.districts] == ["二七区", "金水区", "-"]
    assert found.districts[0].growth is None  # nothing stood at the year's start
    assert [(row.key.kind, row.share) for row in found.kinds][:2] == [("bank", Decimal(50)), ("guarantor", Decimal(0))]
    assert [(row.key.institution, row.members, row.share) for row in found.institutions] == [("bank-a", None, None)]
    assert found.total.cell.share_of_paid_out(found.total.cell.renewed) == 100
    reached = {row.target.name: (row.reached, row.distance, row.met) for row in found.targets}
    assert reached["t"] == (Decimal("10.5"), Decimal("-9.5"), True)
    assert reached["高新技术企业、科技型中小企业贷款余额（2025年）"] == (
        Decimal("0.00105"),
        Decimal("2499.99895"),
        False,
    )
    assert reached["科技型中小企业获贷率（2025年）"] == (Decimal(50), Decimal(20), False)
    assert statistics("2025Q4", known_by=LATER).total.year_start is None


def test_a_target_is_met_by_the_very_number_and_has_the_unit_of_its_measure() -> None:
    edition = sealed_edition("2026Q3", [record(1)])
    feedback(institution("bank-a"), edition, {1: {"balance": "10000"}})
    Target.objects.update(value=1)
    assert [row.met for row in statistics("2026Q3", known_by=LATER).targets] == [True, True, False, True]
    wrong = Target(name="t", measure="share", value=1, unit="yi", due=date(2026, 1, 1), source="s")
    with pytest.raises(ValidationError) as refused:
        wrong.full_clean()
    assert "__all__" in refused.value.message_dict
