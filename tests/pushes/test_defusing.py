"""What a spreadsheet could execute is defused, whatever way it comes; everything else passes untouched."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pushes.formats.defusing import defused, plain, written

# What PostgreSQL may hold, with what is dangerous made frequent.
hostile = st.text(
    st.one_of(
        st.sampled_from("=+-@＝＋－＠\t\r\n\x0b\x1c\x7f\u3000\u00a0\u2003 ,\"'甲𬭎㙍￾￥é（"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    ),
    max_size=8,
)
tables = st.lists(st.lists(hostile, min_size=3, max_size=3), max_size=6)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("", ""),
        ("2025-01-10", "2025-01-10"),
        ("郑州示范科技有限公司", "郑州示范科技有限公司"),
        ("91410100MA00000001", "91410100MA00000001"),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "' =1"),
        ("\r=1", "' =1"),
        ("  =1", "'  =1"),
        ("\u3000=1", "'\u3000=1"),
        ("\x00=1", "' =1"),
        ("＝1", "'＝1"),
        ("甲=乙", "甲=乙"),
        ("甲\n乙", "甲 乙"),
        ("甲\ud800乙", "甲 乙"),
    ],
)
def test_no_cell_acts_as_a_formula(cell: str, expected: str) -> None:
    assert plain(cell) == expected


@given(tables)
def test_a_block_of_rows_is_defused_cell_by_cell(rows: list[list[str]]) -> None:
    block = [written(row) for row in rows]
    found = list(csv.reader(io.StringIO(defused(block).decode(), newline=""), strict=True))
    assert found == [[plain(cell) for cell in row] for row in rows]
    assert defused(block).count(b"\r\n") == len(rows)
