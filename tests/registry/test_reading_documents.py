"""Annexes in Word and PDF, merged cells and hidden rows of workbooks: read as a person sees them."""

from pathlib import Path

import docx
import openpyxl
import pytest

from registry import errors
from registry.layout import lay_out
from registry.reading import Limits, read
from tests.conftest import rows_of
from tests.registry.words import VOCABULARY

FILES = Path(__file__).parent / "files"


def texts(path: Path) -> list[list[str]]:
    return [cells for _number, cells in rows_of(path)]


def test_a_pdf_annex_is_read_over_its_pages_with_whole_characters() -> None:
    table = lay_out(iter(rows_of(FILES / "two-pages.pdf")), VOCABULARY)
    rows = [cells for _number, _block, cells in table.rows]
    assert rows == [
        ["1", "郑州启航科技有限公司", "GR202541000001"],
        ["2", "河南远航智能\n装备有限公司", "GR202541000002"],
        ["3", "郑州新航电子股份有限公司", "GR202541000003"],
    ]
    assert table.titles == ["附件1", "2025年度高新技术企业名单（共3家）"]
    assert +table.remarks == {"footer_dropped": 2, "header_repeated": 1}


def test_a_scanned_pdf_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )
    with pytest.raises(errors.NoText):
        rows_of(path)


def test_a_word_annex_is_read_with_its_titles_and_merged_cells(tmp_path: Path) -> None:
    rows = [["区县", "企业名称", "备注"], ["金水区", "郑州甲有限公司", ""], ["", "郑州乙\n有限公司", "新增"]]
    document = docx.Document()
    document.add_paragraph("附件2")
    table = document.add_table(rows=4, cols=3)
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(3, 0).merge(table.cell(3, 2)).text = "合计：2家"
    document.save(str(tmp_path / "名单.docx"))
    assert texts(tmp_path / "名单.docx") == [
        ["附件2"],
        ["区县", "企业名称", "备注"],
        ["金水区", "郑州甲有限公司", ""],
        ["金水区", "郑州乙\n有限公司", "新增"],
        ["合计：2家", "", ""],
    ]


@pytest.mark.parametrize("name", ["x.docx", "x.pdf"])
@pytest.mark.parametrize("content", [b"no document at all", b"PK\x03\x04" + b"\x00" * 60, b"%PDF-1.7\n\xff\xfe"])
def test_what_is_no_document_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(errors.FileRefused):
        rows_of(tmp_path / name)


def test_cells_merged_downwards_are_filled_within_the_merge_only(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["标题"], ["区县", "企业名称"], ["金水区", "甲"], ["", "乙"], ["", "丙"], ["二七区", "丁"], ["", "戊"]):
        sheet.append(row)
    for merge in ("A1:B1", "A3:A4", "A6:A7"):
        sheet.merge_cells(merge)
    book.save(tmp_path / "m.xlsx")
    found = texts(tmp_path / "m.xlsx")
    assert [cells[0] for cells in found] == ["标题", "区县", "金水区", "金水区", "", "二七区", "二七区"]
    assert found[0] == ["标题", ""]


def test_hidden_rows_are_read_and_counted(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    other, sheet = book.active, book.create_sheet("名单 & <附件>")
    other.sheet_state = "hidden"
    other.append(["x"])
    other.row_dimensions[1].hidden = True
    for number in range(1, 6):
        sheet.append([number, "甲"])
    for number in (2, 4):
        sheet.row_dimensions[number].hidden = True
    book.save(tmp_path / "h.xlsx")
    with read(tmp_path / "h.xlsx", "h.xlsx", limits=Limits(1 << 20)) as found:
        rows = list(found.rows)
    assert (len(rows), found.hidden, found.sheet) == (5, 2, "名单 & <附件>")
