"""The table that institutions fill in: their members, codes as texts, choices to choose from, how to fill it in."""

import csv
from pathlib import Path
from zipfile import ZipFile

import pytest

from financing import templating
from financing.words import COLUMNS, INSTRUCTIONS, SHEET
from tests.conftest import rows_of
from tests.pushes.making import delivered, institution, recognition, record, sealed_edition

pytestmark = pytest.mark.django_db
_HEADER = [told.heading for told in COLUMNS.values()]


def test_it_holds_the_institutions_own_part_and_says_how_to_fill_it_in(tmp_path: Path) -> None:
    others = record(3, recognition("SRDI", "SRDI-2025-01#3"))
    edition = sealed_edition("2026Q3", [record(1), record(2, name="=1+1科技有限公司", uscc=""), others])
    delivery = delivered(edition, institution(programmes=["HNTE"]))
    with templating.made(tmp_path, delivery=delivery, form="csv", filled=True).open(encoding="utf-8-sig") as lines:
        header, *rows = csv.reader(lines)
    assert header == _HEADER
    assert [row[0:4] for row in rows] == [
        ["ZZKJ-2026Q3-v1", one.public_id, one.uscc, f"'{one.name}" if one.name[0] == "=" else one.name]
        for one in edition.rows.filter(programmes__contains=["HNTE"]).order_by("public_id")
    ]
    assert {row[14] for row in rows} == {"2026-09-30"}
    for filled, count in ((True, 2), (False, 1)):
        book = templating.made(tmp_path, delivery=delivery, form="xlsx", filled=filled)
        (_number, header), *told = rows_of(book, sheet=SHEET)
        assert (header, len(told)) == (_HEADER, count)
        assert "列" in [cells[0] for _number, cells in rows_of(book, sheet=INSTRUCTIONS)]
        with ZipFile(book) as parts:
            page = parts.read("xl/worksheets/sheet1.xml").decode()
        assert page.count("<dataValidation ") == 6
        assert '"授信,放款,拒绝,无需求,联系不上"' in page.replace("&quot;", '"')
