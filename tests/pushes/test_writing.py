"""Each format holds the same cells; the same rows give the same bytes."""

import csv
import json
import shutil
import subprocess
import time
from datetime import date, datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from python_calamine import CalamineWorkbook

from pushes.errors import DoesNotFitWorkbook
from pushes.formats import workbook
from pushes.formats.defusing import plain, written
from pushes.formats.offered import SUFFIXES
from pushes.formats.table import Column, Feed, Table, taken
from pushes.formats.writing import write
from tests.pushes.test_defusing import tables

COLUMNS = [Column("企业名称", 20), Column("证书编号", 12), Column("公布日期", 12, days=True)]
TITLES = [column.title for column in COLUMNS]
ROWS = [
    ["91410100000000000X", "=1+1", "2025-01-10"],
    ["_x0041_ & <b>", "\t@SUM(A1)", ""],
    ['甲,"乙"', "12345678901234567890", "2099-12-31"],
    ["𬭎㙍公司", " 前后有空格 ", "1899-12-31"],
    ["https://example.org/a", "甲\n乙", "1900-03-01"],
]
WRITERS = sorted(workbook.WRITERS)
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


def read_table(rows: list[list[str]], folder: Path) -> Table:
    return taken(Feed("enterprises", COLUMNS, (written(row) for row in rows)), folder)


def all_files(rows: list[list[str]], folder: Path, by: str = WRITERS[0]) -> dict[str, Path]:
    """Format → the file of the rows."""
    folder.mkdir(parents=True, exist_ok=True)
    table = read_table(rows, folder)
    files = write(table, SUFFIXES, folder, workbook_writer=by, created=date(2026, 9, 30))
    assert [(file.rows, file.columns) for file in files] == [(len(rows), TITLES)] * len(SUFFIXES)
    return dict(zip(SUFFIXES, (folder / file.name for file in files), strict=True))


def of_json(path: Path) -> list[list[str]]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]
    assert all(list(row) == TITLES for row in rows)
    return [[cell or "" for cell in row.values()] for row in rows]


def of_csv(path: Path, encoding: str) -> list[list[str]]:
    with path.open(encoding=encoding, newline="") as lines:
        header, *rows = csv.reader(lines, strict=True)
    assert header == TITLES
    return rows


def of_parquet(path: Path) -> list[list[str]]:
    frame = pl.read_parquet(path)
    assert frame.schema == {"企业名称": pl.String, "证书编号": pl.String, "公布日期": pl.Date}
    return [[*map(str, row[:2]), row[2].isoformat() if row[2] else ""] for row in frame.rows()]


def of_xlsx(path: Path) -> list[list[str]]:
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    header, *rows = [[_text(cell.value) for cell in row] for row in sheet.iter_rows(max_col=3)]
    assert header == TITLES
    return rows


def _text(cell: object) -> str:
    return cell.date().isoformat() if isinstance(cell, datetime) else "" if cell is None else str(cell)


def defused(rows: list[list[str]]) -> list[list[str]]:
    return [[plain(cell) for cell in row] for row in rows]


@pytest.mark.parametrize("by", WRITERS)
def test_every_cell_is_the_same_in_each_format(tmp_path: Path, by: str) -> None:
    files = all_files(ROWS, tmp_path, by)
    assert of_json(files["jsonl"]) == ROWS == of_parquet(files["parquet"])
    expected = defused(of_json(files["jsonl"]))
    assert of_csv(files["csv"], "utf-8-sig") == expected
    assert of_csv(files["csv-gb18030"], "gb18030") == expected
    # Excel's own escape for a sign that it cannot hold; this reader shows it as it lies in the file.
    assert [[cell.replace("_x005F_", "_") for cell in row] for row in of_xlsx(files["xlsx"])] == expected


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables)
@example([])
def test_hostile_cells_are_the_same_in_each_format(tmp_path: Path, rows: list[list[str]]) -> None:
    texts = [[*row[:2], "2025-01-10"] for row in rows]
    files = all_files(texts, tmp_path)
    expected = defused(texts)
    assert of_json(files["jsonl"]) == texts == of_parquet(files["parquet"])
    assert of_csv(files["csv"], "utf-8-sig") == of_csv(files["csv-gb18030"], "gb18030") == expected
    for by in WRITERS:
        book = all_files(texts, tmp_path / by, by)["xlsx"]
        sheet = CalamineWorkbook.from_path(str(book)).get_sheet_by_index(0).to_python(skip_empty_area=False)
        cells = [[cell.isoformat() if isinstance(cell, date) else str(cell) for cell in row] for row in sheet[1:]]
        assert cells == expected


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("by", WRITERS)
def test_every_cell_is_the_same_in_libreoffice(tmp_path: Path, by: str) -> None:
    files = all_files(ROWS, tmp_path, by)
    options = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"
    command = [str(OFFICE), f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", options]
    subprocess.run([*command, "--outdir", str(tmp_path / "read"), str(files["xlsx"])], check=True, timeout=120)
    assert of_csv(tmp_path / "read/enterprises.csv", "utf-8") == defused(ROWS)


@pytest.mark.parametrize("by", WRITERS)
def test_a_workbook_for_people(tmp_path: Path, by: str) -> None:
    sheet = openpyxl.load_workbook(all_files(ROWS, tmp_path, by)["xlsx"]).active
    assert sheet is not None and sheet.title == "企业"
    assert sheet["A2"].value == "91410100000000000X" and sheet["A2"].data_type == "s"
    assert sheet["A2"].number_format == "@" and sheet["A1"].font.bold
    assert sheet["B2"].value == "'=1+1" and sheet["B2"].data_type == "s"
    assert sheet["C2"].is_date and sheet["C2"].number_format == "yyyy-mm-dd"
    assert sheet["C5"].value == "1899-12-31"  # a day that workbooks do not know
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == "A1:C6"
    assert sheet.column_dimensions["A"].width > 20


@pytest.mark.parametrize("by", WRITERS)
@pytest.mark.parametrize("rows", [ROWS, []])
def test_an_empty_table_has_its_header(tmp_path: Path, by: str, rows: list[list[str]]) -> None:
    sheet = openpyxl.load_workbook(all_files(rows, tmp_path, by)["xlsx"]).active
    assert sheet is not None and sheet.freeze_panes == "A2"
    assert [cell.value for cell in sheet[1]] == TITLES and sheet.max_row == len(rows) + 1


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    first = {by: all_files(ROWS, tmp_path / "first" / by, by) for by in WRITERS}
    time.sleep(1.1)  # the libraries tell the second in which they write
    for by in WRITERS:
        for name, again in all_files(ROWS, tmp_path / "again" / by, by).items():
            assert again.read_bytes() == first[by][name].read_bytes(), (by, name)


def test_many_rows_in_parquet_come_in_order(tmp_path: Path) -> None:
    rows = [[f"{number}", "", "2025-01-10"] for number in range(120_000)]
    table = read_table(rows, tmp_path)
    contents = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (file,) = write(table, ["parquet"], tmp_path / name, workbook_writer=WRITERS[0], created=date(2026, 9, 30))
        contents.append((tmp_path / name / file.name).read_bytes())
    assert pl.read_parquet(contents[0])["企业名称"].to_list() == [row[0] for row in rows]
    assert contents[0] == contents[1]


@pytest.mark.parametrize("by", WRITERS)
@pytest.mark.parametrize("harm", ["cell", "rows"])
def test_nothing_is_cut_off_in_silence(tmp_path: Path, by: str, harm: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)
    rows = [["甲" * 32_768, "", ""]] if harm == "cell" else [["甲", "", ""]] * 4
    with pytest.raises(DoesNotFitWorkbook, match=r"enterprises"):
        all_files(rows, tmp_path, by)


def test_csv_opens_in_excel_and_everywhere(tmp_path: Path) -> None:
    files = all_files([['=甲,"乙"', "", "2025-01-10"], ["𬭎", "", ""]], tmp_path)
    expected = '企业名称,证书编号,公布日期\r\n"\'=甲,""乙""",,2025-01-10\r\n𬭎,,\r\n'
    assert files["csv"].read_bytes() == b"\xef\xbb\xbf" + expected.encode()
    assert files["csv-gb18030"].read_bytes() == expected.encode("gb18030")
