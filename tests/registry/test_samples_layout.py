"""How a made-up list is laid out: titles, header, the name of the day, places beside the city, csv lines."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import pytest

from registry.columns import map_columns
from registry.names import name_key
from registry.samples.city import Enterprise, Line
from registry.samples.dirt import Dirt
from registry.samples.lists import Sheet, lay_out
from registry.samples.plan import CALENDAR, Planned
from registry.samples.writing import _write_csv
from tests.conftest import rows_of
from tests.registry.words import VOCABULARY

FORMER, PRESENT = "郑州启航示例（河南）科技有限公司", "郑州启航示例软件有限公司"


class Clean(Dirt):
    """A typist who makes no slips."""

    def happens(self, rate: float) -> bool:
        return False


def planned(programme: str, notice: str, batch: str) -> Planned:
    return next(
        entry for entry in CALENDAR if (entry.programme, entry.notice, entry.batch) == (programme, notice, batch)
    )


def laid_out(entry: Planned, line: Line, seed: int = 1) -> tuple[Sheet, dict[str, object]]:
    """The sheet of a single line, and its cells by the field that the product takes each for."""
    rng = Random(seed)
    sheet = lay_out(entry, [line], rng, Clean(rng, ()))
    columns = map_columns(sheet.header, [], VOCABULARY)
    return sheet, {field: sheet.rows[0][column] for field, column in columns.items()}


@pytest.fixture
def enterprise() -> Enterprise:
    names = [(date.min, FORMER), (date(2025, 9, 1), PRESENT)]
    return Enterprise(7, "91410199MA0000000X", "410173", "郑州市", names)


@pytest.mark.parametrize(
    ("batch", "shown"), [("2023-1", FORMER), ("2024-2", FORMER), ("2025-1", PRESENT), ("2026-1", PRESENT)]
)
def test_a_list_shows_the_name_of_its_day(enterprise: Enterprise, batch: str, shown: str) -> None:
    line = Line(enterprise, "GR202541900001", date(2025, 8, 1))
    cells = laid_out(planned("HNTE", "recognition", batch), line)[1]
    assert name_key(str(cells["name"])) == name_key(shown)
    assert cells["number"] == "GR202541900001"


def test_a_rename_shows_both_names(enterprise: Enterprise) -> None:
    line = Line(enterprise, "GR202541900001", former_name=FORMER)
    cells = laid_out(planned("HNTE", "rename", "2025-10"), line)[1]
    assert name_key(str(cells["former_name"])) == name_key(FORMER)
    assert cells["new_name"] == PRESENT
    assert cells["number"] == "GR202541900001"


def test_a_revocation_says_from_which_year(enterprise: Enterprise) -> None:
    line = Line(enterprise, "GR202541900001", revoked_from_year=2025)
    years = {
        laid_out(planned("HNTE", "revocation", "2026-07"), line, seed)[1]["revoked_from_year"] for seed in range(20)
    }
    assert years == {2025, "2025年"}


def test_the_date_of_issue_is_written_in_three_ways(enterprise: Enterprise) -> None:
    line = Line(enterprise, "GR202541900001", date(2025, 8, 1))
    entry = planned("HNTE", "recognition", "2025-1")
    written = {laid_out(entry, line, seed)[1]["issued_on"] for seed in range(30)}
    assert written == {date(2025, 8, 1), "2025-08-01", "2025年8月1日"}


@pytest.mark.parametrize(
    ("district", "city", "shown"),
    [
        ("410173", "郑州市", "航空港区"),
        ("410181", "郑州市", "巩义市"),
        ("410105", "郑州市", "郑州市"),
        ("", "洛阳市", "洛阳市"),
    ],
)
def test_a_province_wide_list_puts_some_districts_beside_the_city(
    enterprise: Enterprise, district: str, city: str, shown: str
) -> None:
    placed = replace(enterprise, district=district, city=city)
    cells = laid_out(planned("HNTE", "recognition", "2025-2"), Line(placed, "GR202541900001", date(2025, 8, 1)))[1]
    assert cells["city"] == shown
    assert bool(cells["district"]) == bool(district)


def test_brackets_of_a_list_are_of_one_width_which_differs_between_lists(enterprise: Enterprise) -> None:
    line = Line(enterprise)
    entry = planned("ZZTE", "recognition", "2024-1")
    names = {str(laid_out(entry, line, seed)[1]["name"]) for seed in range(20)}
    assert names == {FORMER, FORMER.replace("（", "(").replace("）", ")")}


def test_title_rows_say_that_it_is_a_demonstration_and_how_many_rows_follow(enterprise: Enterprise) -> None:
    above = laid_out(planned("ZZTE", "recognition", "2024-1"), Line(enterprise))[0].above
    assert above[0][0].startswith("附件")
    assert above[1][0].endswith("（演示数据）")
    assert "共1家" in above[2][0]


def test_lines_of_a_csv_are_counted_as_the_product_counts_them(tmp_path: Path) -> None:
    sheet = Sheet([["附件"], []], ["序号", "企业\n名称"], [[1, "甲"], [2, "乙\n丙"], [3, "丁"]], [1, 2, 3])
    numbers = _write_csv(tmp_path / "list.csv", sheet, "utf-8-sig")
    rows = rows_of(tmp_path / "list.csv")
    assert [number for number, row in rows if row and row[0] in ("1", "2", "3")] == numbers
