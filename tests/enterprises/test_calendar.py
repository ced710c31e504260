"""Quarters and their days."""

from datetime import date

import pytest

from enterprises.calendar import finished_quarter, last_day, quarter_of
from enterprises.errors import NoSuchQuarter


@pytest.mark.parametrize(
    ("quarter", "day"),
    [("2026Q1", date(2026, 3, 31)), ("2026Q2", date(2026, 6, 30)), ("2026Q3", date(2026, 9, 30)),
     ("2026Q4", date(2026, 12, 31))],
)  # fmt: skip
def test_the_last_day(quarter: str, day: date) -> None:
    assert last_day(quarter) == day
    assert quarter_of(day) == quarter


@pytest.mark.parametrize("text", ["2026Q5", "2026", "Q3", "1999Q1", "2026q3", "2026Q33"])
def test_what_is_no_quarter(text: str) -> None:
    with pytest.raises(NoSuchQuarter):
        last_day(text)


@pytest.mark.parametrize(
    ("today", "quarter"),
    [(date(2026, 10, 1), "2026Q3"), (date(2026, 12, 31), "2026Q3"), (date(2026, 1, 1), "2025Q4")],
)
def test_the_quarter_that_is_over(today: date, quarter: str) -> None:
    assert finished_quarter(today) == quarter
