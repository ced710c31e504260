"""Dates are read as lists write them, or not at all."""

from datetime import date

import pytest

from registry.dates import read_date, read_year


@pytest.mark.parametrize(
    "text", ["2025-01-10", "2025.1.10", "2025/01/10", "2025年1月10日", "20250110", "2025-01-10 00:00:00"]
)
def test_a_date_is_read(text: str) -> None:
    assert read_date(text) == date(2025, 1, 10)


@pytest.mark.parametrize("text", ["", "2025", "2025年1月", "2025-13-01", "2025-02-29", "待定", "1/10/2025"])
def test_half_a_date_is_none(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(("text", "year"), [("2023", 2023), ("2023年", 2023), ("2023年度", 2023), ("去年", None)])
def test_a_year_is_read(text: str, year: int | None) -> None:
    assert read_year(text) == year
