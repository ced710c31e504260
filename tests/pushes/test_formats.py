"""Tables as files: what a spreadsheet could execute is defused, and the same rows give the same bytes."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from enterprises.delta import Cause, Difference
from pushes.cutting import CutChange
from pushes.formats import changes, enterprises, recognitions, words
from pushes.formats.csv_file import CsvFile
from pushes.formats.recognitions import Notice
from pushes.formats.table import Cell, Column, plain
from pushes.formats.xlsx_file import DoesNotFit, XlsxFile
from tests.pushes.making import recognition, record

COLUMNS = [Column("企业名称", 20), Column("公布日期", 12)]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (None, ""),
        (date(2025, 1, 10), "2025-01-10"),
        ("郑州示范科技有限公司", "郑州示范科技有限公司"),
        ("91410100MA00000001", "91410100MA00000001"),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "' =1"),
        ("\r=1", "' =1"),
        ("  =1", "'  =1"),
        ("\x00=1", "' =1"),
        ("＝1", "'＝1"),
        ("甲=乙", "甲=乙"),
        ("甲\n乙", "甲 乙"),
        ("甲\ud800乙", "甲 乙"),
    ],
)
def test_no_cell_acts_as_a_formula(cell: Cell, expected: str) -> None:
    assert plain(cell) == expected


def test_csv_opens_in_excel_and_everywhere(tmp_path: Path) -> None:
    with CsvFile(tmp_path / "t.csv", COLUMNS) as table:
        table.write(['=甲,"乙"', date(2025, 1, 10)])
        table.write(["丙", None])
    expected = '企业名称,公布日期\r\n"\'=甲,""乙""",2025-01-10\r\n丙,\r\n'
    assert (tmp_path / "t.csv").read_bytes() == b"\xef\xbb\xbf" + expected.encode()
    assert table.rows == 2


def write_book(path: Path, rows: list[list[Cell]]) -> None:
    with XlsxFile(path, COLUMNS, sheet="企业", created=date(2026, 9, 30)) as book:
        for row in rows:
            book.write(row)


def test_a_workbook_for_people(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_book(path, [["91410100000000000X", date(2025, 1, 10)], ["=1+1", None], ["_x0041_ & <b>", None]])
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert [[cell.value for cell in row] for row in sheet.iter_rows(max_row=3)][1][0] == "91410100000000000X"
    assert sheet["A2"].data_type == "s" and sheet["A2"].number_format == "@"
    assert sheet["B2"].is_date
    assert sheet["A3"].value == "'=1+1" and sheet["A3"].data_type == "s"
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == "A1:B4"
    assert sheet.column_dimensions["A"].width > 20
    assert CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[3][0] == "_x0041_ & <b>"


def test_the_same_rows_give_the_same_workbook(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_book(tmp_path / name / "t.xlsx", [["甲", date(2025, 1, 10)], ["乙", None]])
    assert (tmp_path / "a/t.xlsx").read_bytes() == (tmp_path / "b/t.xlsx").read_bytes()


def test_nothing_is_cut_off_in_silence(tmp_path: Path) -> None:
    with pytest.raises(DoesNotFit):
        write_book(tmp_path / "t.xlsx", [["甲" * 32_768, None]])


def test_members_by_programme() -> None:
    programmes = {"HNTE": "高新技术企业", "SRDI": "专精特新中小企业", "TSME": "科技型中小企业"}
    one = record(
        1,
        recognition("HNTE", "a#1", state="grace"),
        recognition("HNTE", "b#1"),
        recognition("SRDI", "c#1", state="grace"),
        uscc="",
    )
    one["former_names"] = ["旧名一", "旧名二"]
    titles = [column.title for column in enterprises.columns(programmes)]
    row = dict(zip(titles, enterprises.row(one, programmes), strict=True))
    assert row["曾用名"] == "旧名一；旧名二"
    assert row["识别方式"] == "名称识别"
    assert [row[name] for name in programmes.values()] == ["是", "待续", ""]


def test_recognitions_name_their_notice() -> None:
    notice = Notice("关于公布名单的通知", "国科火字〔2025〕1号", date(2025, 1, 9), "https://example.org/1")
    one = record(1, recognition("HNTE", "HNTE-2025-01#7"), recognition("XX", "gone#1", valid_to=None))
    known, unknown = recognitions.rows(
        one, {"HNTE": "高新技术企业"}, lambda source: notice if source.startswith("HNTE") else None
    )
    titles = [column.title for column in recognitions.COLUMNS]
    first, second = dict(zip(titles, known, strict=True)), dict(zip(titles, unknown, strict=True))
    assert first["资质类别"] == "高新技术企业" and first["资质代码"] == "HNTE"
    assert first["有效期起"] == date(2025, 1, 10) and first["有效期至"] == date(2028, 1, 9)
    assert (first["来源名单"], first["文号"], first["公布日期"], first["来源链接"]) == notice
    assert first["来源编号"] == "HNTE-2025-01#7" and first["状态"] == "有效"
    assert second["资质类别"] == "XX" and second["有效期至"] is None and second["来源名单"] == ""


def test_a_change_says_why_in_plain_words() -> None:
    before, after = record(1, name="旧名"), record(1, name="新名")
    change = CutChange(
        Difference(before, after),
        [
            {"cause": "renamed", "programme": "", "before": "旧名", "after": "新名", "source": "R#1"},
            {
                "cause": "grace",
                "programme": "HNTE",
                "before": "2023-01-01/2026-01-01",
                "after": "2023-01-01/2026-01-01",
                "source": "H#1",
            },
            {"cause": "former_names", "programme": "", "before": "甲；乙", "after": "甲", "source": ""},
            {
                "cause": "recognised",
                "programme": "SRDI",
                "before": "",
                "after": "2026-01-01/",
                "source": "R#1",
            },
        ],
    )
    programmes = {"HNTE": "高新技术企业", "SRDI": "专精特新中小企业"}
    notices = {"R": Notice("关于更名的公告", "豫高企〔2026〕3号", date(2026, 1, 1), "")}
    titles = [column.title for column in changes.columns({"SRDI": "专精特新中小企业"})]
    told = changes.row(change, {"SRDI": "专精特新中小企业"}, programmes, lambda source: notices.get(source.partition("#")[0]))
    row = dict(zip(titles, told, strict=True))
    assert row["变动"] == "变更" and row["企业名称"] == "新名"
    lists = {title: str(row[title]).split("；") for title in ("原因", "变更前", "变更后", "依据", "依据名单")}
    assert lists == {
        "原因": ["更名", "高新技术企业：到期待续", "曾用名变更", "专精特新中小企业：新获认定"],
        "变更前": ["企业名称：旧名", "高新技术企业：2023-01-01至2026-01-01", "曾用名：甲、乙", "—"],
        "变更后": [
            "企业名称：新名",
            "高新技术企业：2023-01-01至2026-01-01",
            "曾用名：甲",
            "专精特新中小企业：2026-01-01起",
        ],
        "依据": ["R#1", "H#1", "—", "R#1"],
        "依据名单": ["关于更名的公告（豫高企〔2026〕3号）第1行", "—", "—", "关于更名的公告（豫高企〔2026〕3号）第1行"],
    }


@pytest.mark.parametrize(
    ("cause", "programme", "before", "after", "expected"),
    [
        ("revoked", "HNTE", "2023-08-13/", "2026-08-18", ("被取消（撤销）", "2023-08-13起", "2026-08-18起取消")),
        (
            "expired", "HNTE", "2023-08-22/2026-08-21", "2026-08-21",
            ("到期", "2023-08-22至2026-08-21", "2026-08-21到期"),
        ),
        (
            "delisted", "HNTE", "2023-08-13/", "2026-08-18",
            ("不在最新全量名单中", "2023-08-13起", "2026-08-18起不在名单中"),
        ),
        (
            "disputed", "HNTE", "2023-08-22/2026-08-21", "2026-08-21",
            ("取消（撤销）待核对", "2023-08-22至2026-08-21", "2026-08-21到期"),
        ),
        ("left_city", "HNTE", "2023-08-13/", "", ("不在本市", "2023-08-13起", "—")),
        (
            "merged", "HNTE", "2023-08-13/", "E9FKK39J",
            ("与库内另一企业为同一家", "2023-08-13起", "E9FKK39J"),
        ),
        ("list_withdrawn", "HNTE", "2023-08-13/", "", ("来源名单被撤回", "2023-08-13起", "—")),
        ("district_changed", "", "", "金水区", ("补充区县", "—", "金水区")),
        ("district_changed", "", "中原区", "金水区", ("区县变更", "中原区", "金水区")),
        ("renamed", "", "甲/乙公司", "丙/公司", ("更名", "甲/乙公司", "丙/公司")),
        ("respelled", "", "甲(郑州)", "甲（郑州）", ("名称写法统一", "甲(郑州)", "甲（郑州）")),
    ],
)  # fmt: skip
def test_before_and_after_are_in_words(
    cause: str, programme: str, before: str, after: str, expected: tuple[str, str, str]
) -> None:
    one: Cause = {"cause": cause, "programme": programme, "before": before, "after": after, "source": ""}
    cells = changes.row(CutChange(Difference(None, record(1)), [one]), {}, {}, lambda _source: None)[4:7]
    labels = ("HNTE：", "区县：", "企业名称：")
    plain_cells = []
    for cell in map(str, cells):
        label = next((label for label in labels if cell.startswith(label)), "")
        plain_cells.append(cell.removeprefix(label))
    assert tuple(plain_cells) == expected


def test_every_cause_has_words() -> None:
    told = {
        "recognised", "renewed", "grace", "expired", "revoked", "delisted", "list_withdrawn", "corrected",
        "renamed", "respelled", "disputed", "former_names", "code_found", "code_changed", "district_changed",
        "left_city", "merged", "joined", "split", "rule_changed", "moved_in", "counts_again",
    }  # fmt: skip
    assert set(words.CAUSES) == told
