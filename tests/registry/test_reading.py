"""Whatever a file is, it is read whole or refused with its reason."""

import os
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from registry import errors
from registry.reading import Limits, read
from tests.conftest import rows_of, write_workbook

LIMIT = 64 << 20
ROWS = [["序号", "企业名称"], ["1", "郑州启航科技有限公司"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_is_read_in_the_encodings_that_lists_have(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text("\r\n".join(delimiter.join(row) for row in ROWS), encoding=encoding)
    assert rows_of(path) == [(1, ROWS[0]), (2, ROWS[1])]


def test_a_workbook_keeps_row_numbers_and_leading_blanks(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "list.xlsx", [[], ["", "附件1"], [], ["", "序号", "企业名称"]])
    assert [(number, row) for number, row in rows_of(path) if any(row)] == [
        (2, ["", "附件1", ""]),
        (4, ["", "序号", "企业名称"]),
    ]


def test_numbers_are_text_and_lost_digits_show(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "list.xlsx", [["a", 1.0, 2.5, 914101000000000000.0]])
    assert rows_of(path) == [(1, ["a", "1", "2.5", "9.14101E+17"])]


def test_a_sheet_is_chosen_by_name(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "list.xlsx", ROWS, sheet="附件2")
    assert rows_of(path, sheet="附件2")[0] == (1, ROWS[0])
    with pytest.raises(errors.NoSuchSheet, match="附件2"):
        rows_of(path, sheet="附件3")


def test_of_several_filled_sheets_one_must_be_named(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(str(path))
    for name in ("附件1", "附件2", "空"):
        page = book.add_worksheet(name)
        if name != "空":
            page.write_row(0, 0, ROWS[0])
    book.add_worksheet("草稿").write(0, 0, "x")
    book.worksheets()[-1].hide()
    book.close()
    with pytest.raises(errors.SheetNeeded, match="附件1、附件2"):
        rows_of(path)
    assert rows_of(path, sheet="附件2")[0] == (1, ROWS[0])


def test_a_csv_whose_quote_never_ends_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('序号,企业名称\n1,"郑州启航科技有限公司\n2,郑州远航科技有限公司\n')
    with pytest.raises(errors.BrokenQuotes, match="2"):
        rows_of(path)


@pytest.mark.parametrize("last", ['"郑州天航科技有限公司', '郑州天航科技有限公司"', '"郑州天航科技有限公司"'])
def test_rows_that_a_quote_took_into_one_cell_are_not_lost(tmp_path: Path, last: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f'序号,企业名称,备注\n1,"郑州启航科技有限公司,甲\n2,"郑州远航科技有限公司,乙\n3,{last},丙')
    with pytest.raises(errors.BrokenQuotes, match="2"):
        rows_of(path)


def test_quotes_within_a_cell_and_breaks_within_quotes_stand(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('序号,企业名称,备注\n1,郑州"启航"科技有限公司,"甲\n乙, 丙"\n\n2,郑州远航科技有限公司,"丁"')
    assert rows_of(path) == [
        (1, ["序号", "企业名称", "备注"]),
        (2, ["1", '郑州"启航"科技有限公司', "甲\n乙, 丙"]),
        (3, []),
        (4, ["2", "郑州远航科技有限公司", "丁"]),
    ]


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("list.xlsx", b"", errors.EmptyFile),
        ("list.csv", b"", errors.EmptyFile),
        ("list.xlsx", b"\xff\xd8\xff\xe0" + b"JFIF" * 500, errors.NotWhatItSays),
        ("list.xls", b"\xff\xd8\xff\xe0" + b"JFIF" * 500, errors.NotWhatItSays),
        ("list.ods", b"PK\x03\x04 not a zip", errors.NotWhatItSays),
        ("list.pdf", b"%PDF-1.7", errors.NotWhatItSays),
        ("list.jpg", b"\xff\xd8\xff", errors.UnknownFormat),
        ("list", b"abc", errors.UnknownFormat),
        ("list.csv", "序号,企业名称".encode("utf-16-le"), errors.WrongEncoding),
        ("list.csv", b"\xff\xfa\x80\x80,\x81", errors.WrongEncoding),
    ],
)
def test_what_is_no_list_is_refused(tmp_path: Path, name: str, content: bytes, error: type[Exception]) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(error, match="list"):
        rows_of(path)


def sheet_with(tmp_path: Path, cells: str) -> Path:
    """A workbook whose only sheet holds these cells, as a hostile hand would write it."""
    path = write_workbook(tmp_path / "plain.xlsx", ROWS)
    target = tmp_path / "list.xlsx"
    with zipfile.ZipFile(path) as plain, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as hostile:
        for member in plain.namelist():
            content = plain.read(member)
            if member == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", cells.encode() + b"</sheetData>")
            hostile.writestr(member, content)
    return target


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>',
        '<row r="1048576"><c t="n" s="1" r="CV1048576"><v>1</v></c></row>',
        '<row r="3"><c r="ZZZ3"><v>1</v></c></row>',
        "<row r='1048576'><c t='n' r = 'XFD1048576'><v>1</v></c></row>",
        '<x:row r="1048576"><x:c r="xfd1048576"><x:v>1</x:v></x:c></x:row>',
    ],
)
def test_a_huge_rectangle_is_refused_before_it_is_held(tmp_path: Path, cells: str) -> None:
    with pytest.raises(errors.TooLarge):
        rows_of(sheet_with(tmp_path, cells))


ODS = """<?xml version="1.0"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="Sheet1"><table:table-row table:number-rows-repeated="1000000">
<table:table-cell office:value-type="string" table:number-columns-repeated="16000"><text:p>x</text:p></table:table-cell>
</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"""


def test_a_cell_repeated_beyond_all_measure_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS)
    with pytest.raises(errors.FileRefused):
        rows_of(path)


def test_a_parser_that_fails_for_another_reason_is_no_fault_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.reading._WORKBOOK_PARSER", "no.such.program")
    with pytest.raises(RuntimeError, match="list"):
        rows_of(write_workbook(tmp_path / "list.xlsx", ROWS))


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (300 << 20))
    with pytest.raises(errors.TooLarge):
        rows_of(path)


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"a" * 2048)
    with pytest.raises(errors.TooLarge), read(path, path.name, limits=Limits(1024)):
        pass


def test_no_process_outlives_a_file_that_is_left_unread(tmp_path: Path) -> None:
    path = write_workbook(
        tmp_path / "list.xlsx", [["序号", "企业名称"], *([n, "郑州启航科技有限公司"] for n in range(20_000))]
    )
    with read(path, path.name, limits=Limits(LIMIT)) as found:
        assert next(found.rows) == (1, ["序号", "企业名称"])
    assert children() == []


def children() -> list[str]:
    me = os.getpid()
    return Path(f"/proc/{me}/task/{me}/children").read_text().split()
