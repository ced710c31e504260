"""Dates, periods and years are read as lists write them, or not at all."""

from datetime import date

import pytest

from registry.dates import names_a_year, read_date, read_last_day, read_period, read_year


@pytest.mark.parametrize(
    "text",
    [
        "2025-01-10", "2025.1.10", "2025/01/10", "2025年1月10日", "20250110", "2025-01-10 00:00:00",
        "2025/1/10 0:00:00", "2025-01-10 08:30:00", "2025年1月10号", "2025 年 1 月 10 日", "２０２５．１．１０",
        "45667",
    ],
)  # fmt: skip
def test_a_date_is_read(text: str) -> None:
    assert read_date(text) == date(2025, 1, 10)


@pytest.mark.parametrize(
    "text", ["", "2025", "2025年1月", "2025-13-01", "2025-02-29", "待定", "1/10/2025", "29999", "60000", "2025-1-1-1"]
)
def test_half_a_date_is_none(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize("text", ["9999-06-01", "2205-01-10", "0202-05-01", "1925年1月10日", "21000101"])
def test_a_year_that_nobody_can_mean_is_none(text: str) -> None:
    assert read_date(text) is None


def test_only_a_last_day_may_stand_for_no_end() -> None:
    assert (read_last_day("9999-12-31"), read_date("9999-12-31")) == (date(9999, 12, 31), None)
    assert read_period("2023.1.1-9999.12.31") == (date(2023, 1, 1), date(9999, 12, 31))
    assert [read_last_day(text) for text in ("2205-12-31", "0202-05-01")] == [None, None]
    assert (read_period("9999.1.1-9999.12.31"), read_period("2023.01-2205.12")) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "2023.1.1-2025.12.31", "2023-01-01至2025-12-31", "2023-1-1-2025-12-31", "2023年1月1日至2025年12月31日",
        "2023年1月1日-2025年12月31日", "自2023年1月1日起至2025年12月31日止", "2023/1/1—2025/12/31", "20230101-20251231",
        "2023.01-2025.12", "2023年1月——2025年12月", "2023年1月～2025年12月", "44927至46022",
    ],
)  # fmt: skip
def test_a_period_is_read(text: str) -> None:
    assert read_period(text) == (date(2023, 1, 1), date(2025, 12, 31))


@pytest.mark.parametrize("text", ["至2024年2月", "有效期至2024-02-29", "截止到2024年2月29日止"])
def test_a_last_day_may_stand_alone(text: str) -> None:
    assert read_period(text) == (None, date(2024, 2, 29))


@pytest.mark.parametrize(
    "text", ["", "三年", "2023", "2023-2025", "2023.1.1", "2023.1.1-", "2023.13-2025.12", "至2023", "2023" + " " * 99]
)
def test_half_a_period_is_none(text: str) -> None:
    assert read_period(text) is None


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2023", 2023), ("2023年", 2023), ("2023年度", 2023), ("自2023年起", 2023), ("２０２３", 2023),
        ("二〇二三年", 2023), ("去年", None), ("2099", None), ("1998", None), ("2023-2025", None),
    ],
)  # fmt: skip
def test_a_year_is_read(text: str, year: int | None) -> None:
    assert read_year(text) == year


@pytest.mark.parametrize(
    ("text", "named"),
    [("2024年第一批", True), ("二〇二四年度", True), ("第一批", False), ("202401", False), ("2099", False)],
)
def test_a_year_is_found_within_a_text(text: str, named: bool) -> None:
    assert names_a_year(text) is named
