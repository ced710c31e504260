"""Layouts of published lists: what is header, block, row and furniture."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.layout import MixedSections, NoHeader, Table, lay_out
from tests.registry.words import VOCABULARY

FIRM = "郑州启航科技有限公司"
HEADER = ["序号", "企业名称", "证书编号", "区县"]
Rows = list[list[str]]


def laid_out(rows: Rows) -> tuple[Table, list[tuple[int, int, list[str]]]]:
    table = lay_out(enumerate(rows, start=1), VOCABULARY)
    return table, list(table.rows)


@pytest.mark.parametrize(
    ("rows", "header", "row_number"),
    [
        ([["企业信息", "", "认定信息", ""], ["企业名称", "区县", "证书编号", "发证日期"]],
         ["企业信息/企业名称", "企业信息/区县", "认定信息/证书编号", "认定信息/发证日期"], 2),
        ([["序号", "企业名称", "认定信息", ""], ["序号", "企业名称", "证书编号", "发证日期"]],
         ["序号", "企业名称", "认定信息/证书编号", "认定信息/发证日期"], 2),
        ([["序号", "企业名称", "认定信息", ""], ["", "", "证书编号", "发证日期"]],
         ["序号", "企业名称", "认定信息/证书编号", "认定信息/发证日期"], 2),
        ([["序号", "企业名称", "备注", "备注"]], ["序号", "企业名称", "备注", "备注 (2)"], 1),
    ],
)  # fmt: skip
def test_a_header_of_one_row_or_two(rows: Rows, header: list[str], row_number: int) -> None:
    table, found = laid_out([["附件1"], *rows, ["1", FIRM, "x", "y"], *rows[:1], ["2", FIRM, "x", "y"]])
    assert (table.header, table.header_row, table.titles) == (header, row_number + 1, ["附件1"])
    assert "name" in table.columns
    assert [cells[0] for _number, _block, cells in found] == ["1", "2"]
    assert table.remarks["header_repeated"] == 1
    assert table.remarks["two_row_header"] == (row_number == 2)


def test_a_first_row_of_values_is_no_second_header() -> None:
    table, found = laid_out([HEADER, ["1", FIRM, "", ""], ["2", FIRM, "", ""]])
    assert len(found) == 2
    assert not table.remarks["two_row_header"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["序号", "企业名称", "序号", "企业名称"], ["1", "甲公司", "2", "乙公司"], ["3", "丙公司"]],
         [(2, 1, "甲公司"), (2, 2, "乙公司"), (3, 1, "丙公司")]),
        ([["序号", "企业名称", "", "序号", "企业名称"], ["1", "甲公司", "", "2", "乙公司"],
          ["3", "丙公司", "", "4", ""]],
         [(2, 1, "甲公司"), (2, 2, "乙公司"), (3, 1, "丙公司")]),
        ([["", "序号", "企业名称", "序号", "企业名称"], ["", "1", "甲公司", "2", "乙公司"], ["合计：2家"]],
         [(2, 1, "甲公司"), (2, 2, "乙公司")]),
        ([["企业名称"] * 3, ["甲公司", "乙公司", "丙公司"]], [(2, 1, "甲公司"), (2, 2, "乙公司"), (2, 3, "丙公司")]),
    ],
)  # fmt: skip
def test_blocks_side_by_side(rows: Rows, expected: list[tuple[int, int, str]]) -> None:
    table, found = laid_out(rows)
    assert [(number, block, cells[table.columns["name"]]) for number, block, cells in found] == expected
    assert table.remarks["side_by_side"] == table.blocks > 1


@pytest.mark.parametrize("second", ["企业原名称", "推荐单位名称", "企业名称"])
def test_a_second_column_of_names_is_no_block(second: str) -> None:
    table, _rows = laid_out([["序号", "企业名称", "区县", second], ["1", FIRM, "金水区", FIRM]])
    assert table.blocks == 1


@pytest.mark.parametrize(
    ("row", "remark"),
    [
        (["", "", "", ""], ""),
        (["合计：553家"], "footer_dropped"),
        (["备注：排名不分先后"], "footer_dropped"),
        (["合计", "553"], "footer_dropped"),
        (["第 3 页 共 12 页"], "footer_dropped"),
        (["", "- 3 -"], "footer_dropped"),
        (["3/12"], "footer_dropped"),
        (HEADER, "header_repeated"),
        (["一、通过企业"], "heading_dropped"),
        (["金水区（12家）"], "heading_dropped"),
    ],
)
def test_furniture_is_dropped_and_counted(row: list[str], remark: str) -> None:
    table, found = laid_out([HEADER, row, ["1", FIRM, "", ""]])
    assert [number for number, _block, _cells in found] == [3]
    assert +table.remarks == ({remark: 1} if remark else {})


@pytest.mark.parametrize(
    "name", ["注塑大王(郑州)科技有限公司", "说明书(郑州)印务有限公司", "合计(郑州)咨询有限公司", "鹏辉电源"]
)
def test_a_name_alone_in_its_row_is_a_line(name: str) -> None:
    _table, found = laid_out([["企业名称"], [name]])
    assert [cells for _number, _block, cells in found] == [[name]]


@pytest.mark.parametrize("text", ["二、取消资格企业", "（二）未通过复核企业名单", "撤销称号名单"])
def test_a_heading_that_turns_the_meaning_round_is_not_passed_over(text: str) -> None:
    with pytest.raises(MixedSections, match=text):
        laid_out([HEADER, ["1", FIRM, "", ""], [text], ["2", FIRM, "", ""]])


def test_without_a_header_the_beginning_of_the_file_is_told() -> None:
    with pytest.raises(NoHeader) as caught:
        laid_out([["序号", "产品"], ["1", "钢"]])
    assert caught.value.seen == "序号 产品 / 1 钢"


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12).map(str.strip)
FURNITURE = st.sampled_from([[], ["", "", ""], ["第 1 页 共 2 页"], ["合计"], HEADER, ["一、通过企业"]])


@given(
    st.lists(st.sampled_from([["附件1"], ["2025年度名单（共3家）"], []]), max_size=4),
    st.lists(st.tuples(st.lists(FURNITURE, max_size=2), CELLS, CELLS), max_size=80),
)
def test_every_row_of_a_company_comes_out_in_order(titles: Rows, body: list[tuple[Rows, str, str]]) -> None:
    rows, expected = [*titles, HEADER], []
    for at, (furniture, number, district) in enumerate(body):
        line = [str(at), f"郑州第{at}科技有限公司", number, district]
        rows += [*furniture, line]
        expected.append(line)
    _table, found = laid_out(rows)
    assert [cells for _number, _block, cells in found] == expected
