"""Cells and columns of feedback: exact, or refused in words that say what to do."""

from datetime import date
from decimal import Decimal

import pytest

from financing import cells, checking, errors, heading
from financing.cells import Wrong
from financing.checking import Asked, Remark
from financing.words import COLUMNS, Field

AMOUNTS = {
    "0": "0", "100": "100", "1,234.56": "1234.56", "１，２３４．５６": "1234.56", " 12 ": "12", ".5": "0.5",
    "0.000001": "0.000001", "123456789012.123456": "123456789012.123456", "1.10": "1.10", "1E-05": "0.00001",
    "0.30000000000000004": "0.300000", "1234567.1999999999": "1234567.2", "12,345,678": "12345678",
}  # fmt: skip
NO_AMOUNTS = {
    "0.0000001": "超过6位", "1,23": "不是数字", "-5": "负数", "(100)": "负数", "（100）": "负数", "12万": "带有单位",
    "12万元": "带有单位", "12元": "带有单位",
    "3.5亿": "带有单位", "abc": "不是数字", "1e5": "不是数字", "—": "不是数字",
    "1.2.3": "不是数字",
    "1000000000000": "过大", "=1+1": "不是数字", "#DIV/0!": "不是数字", "٣": "不是数字", "NaN": "不是数字",
    "0.1234567": "超过6位", "1_000": "不是数字",
}  # fmt: skip


def test_amounts_are_exact_or_refused() -> None:
    for field in (Field.CREDIT_LINE, Field.LENT, Field.BALANCE):
        assert {text: cells.read(field, text) for text in AMOUNTS} == {
            text: Decimal(value) for text, value in AMOUNTS.items()
        }
        for text, words in NO_AMOUNTS.items():
            with pytest.raises(Wrong, match=words):
                cells.read(field, text)


@pytest.mark.parametrize(
    ("field", "texts", "value"),
    [
        (Field.CONTACTED, ["是", "Y", "yes", "1", "TRUE", "ｙ", " 是 "], True),
        (Field.FIRST_LOAN, ["否", "n", "NO", "0", "False"], False),
        (Field.CONTACTED_ON, ["2026-09-03", "2026/9/3", "2026年9月3日", "20260903", "46268"], date(2026, 9, 3)),
        (Field.ANSWER, ["放款", "已放款", "LENT", "lent"], "lent"),
        (Field.ANSWER, ["联系不上"], "unreachable"),
        (Field.MISTAKE, ["代码有误", "code"], "code"),
        (Field.RATE, ["3.45", "3.45%", "３.４５％"], Decimal("3.45")),
        (Field.REASON, ["  抵押物\n不足\u200b  "], "抵押物 不足"),
    ],
)
def test_other_cells_are_read(field: Field, texts: list[str], value: cells.Value) -> None:
    assert {cells.read(field, text) for text in texts} == {value}


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        (Field.CONTACTED, "也许", "“是”或“否”"),
        (Field.CONTACTED_ON, "2026-09", "完整的日期"),
        (Field.CONTACTED_ON, "2026-02-30", "完整的日期"),
        (Field.CONTACTED_ON, "9" * 5000, "完整的日期"),
        (Field.ANSWER, "审批中", "授信、放款、拒绝、无需求、联系不上"),
        (Field.MISTAKE, "改制", "更名、注销"),
        (Field.RATE, "0.0345", "3.45%填3.45"),
        (Field.RATE, "345", "3.45%填3.45"),
        (Field.RATE, "3.45678", "超过4位"),
        (Field.REASON, "长" * 201, "201字"),
    ],
)
def test_what_is_wrong_of_a_cell_is_said(field: Field, text: str, words: str) -> None:
    with pytest.raises(Wrong, match=words):
        cells.read(field, text)


def test_columns_are_found_in_any_order_with_units_or_without() -> None:
    template = [told.heading for told in COLUMNS.values()]
    assert heading.understood(template).columns == {field: at for at, field in enumerate(Field)}
    read = heading.understood(
        ["序号", "贷款余额", "授信额(人民币万元)", " 社会信用 代码 ", "本期放款额_万元", "利率(年化%)",
         "对接结果（授信/放款）", "经办支行"],
    )  # fmt: skip
    assert read.columns == {
        Field.BALANCE: 1, Field.CREDIT_LINE: 2, Field.USCC: 3, Field.LENT: 4, Field.RATE: 5, Field.ANSWER: 6,
    }  # fmt: skip
    assert read.left == ("序号", "经办支行")
    assert heading.understood(["名称", "余额", "\x00备注\u200b", "-" * 100_000]).left == ("备注", "-" * 40)
    assert heading.is_heading(["客户名称"]) and not heading.is_heading(["郑州银行对接反馈表", "贷款余额"])


@pytest.mark.parametrize(
    ("titles", "error", "words"),
    [
        (["企业名称", "贷款余额（元）"], errors.UnitRefused, "“贷款余额（元）”.*元.*“贷款余额（万元）”"),
        (["企业名称", "贷款余额（亿元）"], errors.UnitRefused, "亿元"),
        (["企业名称", "授信额度/元"], errors.UnitRefused, "授信额度"),
        (["企业名称", "授信额度(百万元)"], errors.UnitRefused, "百万元"),
        (["企业名称", "本期发放额（万美元）"], errors.UnitRefused, "万美元"),
        (["企业名称", "年利率（‰）"], errors.UnitRefused, "年利率（%）"),
        (["企业名称", "贷款余额", "期末余额（万元）"], errors.ColumnTwice, "期末余额（万元）"),
        (["企业名称", "各项贷款余额合计"], errors.ColumnUnclear, "各项贷款余额合计.*贷款余额（万元）"),
        (["企业名称", "备注"], errors.HeaderMissing, "企业编号"),
        (["行号", "问题", "企业名称", "贷款余额"], errors.FaultsSheetSent, "整份|whole"),
    ],
)
def test_a_header_that_would_lose_or_change_something_is_refused(
    titles: list[str], error: type[errors.FinancingError], words: str
) -> None:
    with pytest.raises(error, match=words):
        heading.understood(titles)


ASKED = Asked("ZZKJ-2026Q3-v1", date(2026, 9, 30), date(2026, 10, 8), Decimal(1000))


@pytest.mark.parametrize(
    ("line", "faults"),
    [
        ({Field.BALANCE: "5"}, []),
        ({Field.ANSWER: "放款", Field.LENT: "5"}, []),
        ({Field.ANSWER: "放款", Field.BALANCE: "5", Field.LABEL: "ZZKJ-2026Q3-v1"}, []),
        ({Field.ANSWER: "放款"}, ["对接结果"]),
        ({Field.ANSWER: "放款", Field.LENT: "0"}, ["对接结果"]),
        ({Field.ANSWER: "放款", Field.LENT: "五"}, ["本期发放额"]),
        ({Field.FIRST_LOAN: "是", Field.RENEWAL: "是"}, ["是否续贷"]),
        ({Field.FIRST_LOAN: "是", Field.RENEWAL: "否"}, []),
        ({Field.CONTACTED_ON: "2026-10-01"}, ["对接日期"]),
        ({Field.CONTACTED_ON: "2026-09-30", Field.PERIOD_END: "2026-09-30"}, []),
        ({Field.CONTACTED: "是", Field.PERIOD_END: "2026-06-30"}, ["期末日"]),
        ({Field.CONTACTED: "是", Field.LABEL: "ZZKJ-2026Q2-v1"}, ["版本号"]),
        ({Field.MISTAKE_SAYS: "已注销"}, ["名单差错"]),
        ({Field.MISTAKE: "其他"}, ["差错说明"]),
        ({Field.BALANCE: "-1", Field.RATE: "x", Field.CONTACTED: "?"}, ["贷款余额", "年利率", "是否已对接"]),
    ],
)
def test_a_line_is_told_all_that_is_wrong_of_it(line: dict[Field, str], faults: list[str]) -> None:
    assert [fault.partition("：")[0] for fault in checking.judged(line, ASKED).faults] == faults


def test_what_is_large_or_silent_or_to_come() -> None:
    assert checking.judged({Field.BALANCE: "1000.000001"}, ASKED).remarks == [Remark.LARGE]
    assert checking.judged({Field.BALANCE: "1000"}, ASKED).remarks == []
    early = Asked(ASKED.label, ASKED.period_end, date(2026, 9, 1), ASKED.large)
    assert "将来" in checking.judged({Field.CONTACTED_ON: "2026-09-02"}, early).faults[0]
    who = {Field.LABEL: "x", Field.PUBLIC_ID: "y", Field.USCC: "z", Field.NAME: "n", Field.PERIOD_END: "2026-09-30"}
    assert checking.is_silent(who)
    assert not checking.is_silent({**who, Field.MISTAKE: "注销"})
