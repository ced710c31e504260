"""Single cells are corrected, by hand or by the workbook of problem rows; the published text stays."""

from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from registry import correcting, errors, importing, returning
from registry.models import Entry, ListImport
from tests.conftest import NOW, Cells, Publish
from tests.staff import staff

pytestmark = pytest.mark.django_db
ROWS: Cells = [
    ["序号", "企业名称", "统一社会信用代码", "区县", "备注"],
    [1, "郑州甲有限公司", "91330100MA27YTKRXE", "金水区", ""],
    [2, "鹏辉电源", "", "金水区", "@SUM(1)"],
    [3, "郑州丙有限公司", "9133O100MA27YTKRXE", "金水区", ""],  # the letter O
]


def codes(entry: Entry) -> list[str]:
    return [problem["code"] for problem in entry.problems]


def test_a_corrected_cell_is_checked_anew_and_the_published_one_stays(publish: Publish) -> None:
    listed, who = publish(ROWS, confirmed=False), staff("registry.add_listimport", name="wang")
    entry = listed.entries.get(row_number=3)
    correcting.correct(entry=entry, field="name", text="河南鹏辉电源有限公司", why="查营业执照", now=NOW, by=who)
    assert (entry.usable, entry.name, codes(entry)) == (True, "河南鹏辉电源有限公司", [])
    assert entry.published["企业名称"] == "鹏辉电源"
    (made,) = entry.corrections
    assert (made["field"], made["was"], made["now"], made["why"], made["by"]) == (
        "name", "鹏辉电源", "河南鹏辉电源有限公司", "查营业执照", "wang",
    )  # fmt: skip
    listed.refresh_from_db()
    assert listed.faulty_count == 0
    importing.confirm(list_import=listed, now=NOW)


def test_a_proposal_is_a_correction_that_passes(publish: Publish) -> None:
    entry = publish(ROWS, confirmed=False).entries.get(row_number=4)
    (problem,) = entry.problems
    assert entry.uscc == ""
    correcting.correct(entry=entry, field="uscc", text=problem["proposal"], why="形近字", now=NOW)
    assert entry.uscc == "91330100MA27YTKRXE"


def test_a_field_that_the_file_does_not_have_may_be_added(publish: Publish) -> None:
    entry = publish(ROWS, confirmed=False).entries.get(row_number=2)
    correcting.correct(entry=entry, field="valid_to", text="2027年12月31日", why="见正文", now=NOW)
    assert str(entry.valid_to) == "2027-12-31"
    assert entry.name == "郑州甲有限公司"


def test_a_correction_may_make_things_worse_and_says_so(publish: Publish) -> None:
    listed = publish(ROWS, confirmed=False)
    entry = listed.entries.get(row_number=2)
    correcting.correct(entry=entry, field="name", text="", why="x", now=NOW)
    assert not entry.usable
    assert ListImport.objects.get().faulty_count == 2


def test_what_changes_nothing_and_what_counts_already_is_refused(publish: Publish) -> None:
    listed = publish(ROWS, confirmed=False)
    entry = listed.entries.get(row_number=2)
    for field, text in (("name", "郑州甲有限公司"), ("person", "某某"), ("nonsense", "x")):
        with pytest.raises(errors.NothingToCorrect):
            correcting.correct(entry=entry, field=field, text=text, why="x", now=NOW)
    importing.confirm(list_import=listed, now=NOW, accept_sound=True)
    with pytest.raises(errors.WrongState):
        correcting.correct(entry=entry, field="name", text="别的有限公司", why="x", now=NOW)


def returned(listed: ListImport, path: Path, *cells: tuple[int, int, str]) -> Path:
    """The workbook of problem rows, with these cells (row, column, text) written by hand."""
    book = openpyxl.load_workbook(BytesIO(returning.problem_workbook(listed)))
    for row, column, text in cells:
        book.active.cell(row, column, text)
    book.save(path)
    return path


def test_problem_rows_go_out_and_come_back_corrected(publish: Publish, tmp_path: Path) -> None:
    listed = publish(ROWS, confirmed=False)
    path = returned(listed, tmp_path / "改.xlsx", (2, 4, "河南鹏辉电源有限公司"), (3, 5, "91330100MA27YTKRXE"))
    sheet = openpyxl.load_workbook(path).active
    assert [cell.value for cell in sheet[1]] == [
        "行号", "分栏", "序号", "企业名称", "统一社会信用代码", "区县", "备注", "原因",
        "下载时的内容（系统核对用，请勿改动）",
    ]  # fmt: skip
    assert sheet.column_dimensions["I"].hidden
    assert (sheet["A2"].value, sheet["G2"].value, sheet["G2"].data_type) == (3, "@SUM(1)", "s")
    assert sheet["H2"].value
    assert returning.take_back(list_import=listed, path=path, file_name="改.xlsx", now=NOW) == (2, ())
    assert listed.faulty_count == 0
    assert listed.entries.get(row_number=4).uscc == "91330100MA27YTKRXE"
    assert "改.xlsx" in listed.entries.get(row_number=3).corrections[0]["why"]


def test_an_earlier_workbook_undoes_no_later_correction(publish: Publish, tmp_path: Path) -> None:
    """Cells nobody edited in it are not taken; one that was corrected here since is told, and stays."""
    listed = publish(ROWS, confirmed=False)
    code = "91330100MA27YTKRXE"
    path = returned(listed, tmp_path / "改.xlsx", (2, 5, code), (3, 4, "郑州丙股份有限公司"), (3, 5, code))
    for row, name in ((3, "河南鹏辉电源有限公司"), (4, "郑州丙集团有限公司")):
        correcting.correct(entry=listed.entries.get(row_number=row), field="name", text=name, why="x", now=NOW)
    back = returning.take_back(list_import=listed, path=path, file_name="改.xlsx", now=NOW)
    assert back.rows == 2
    assert back.conflicts == ((4, "企业名称", "郑州丙集团有限公司", "郑州丙股份有限公司"),)
    read = listed.entries.order_by("row_number").values_list("name", "uscc")
    assert list(read[1:]) == [("河南鹏辉电源有限公司", code), ("郑州丙集团有限公司", code)]
    again = returning.take_back(list_import=listed, path=path, file_name="改.xlsx", now=NOW)
    assert (again.rows, again.conflicts) == (0, back.conflicts)


def test_a_workbook_that_does_not_say_what_was_downloaded_is_refused(publish: Publish, tmp_path: Path) -> None:
    listed = publish(ROWS, confirmed=False)
    for cell in ((1, 9, ""), (2, 9, "")):
        path = returned(listed, tmp_path / "改.xlsx", (2, 4, "河南鹏辉电源有限公司"), cell)
        with pytest.raises(errors.NotThisListsRows):
            returning.take_back(list_import=listed, path=path, file_name="改.xlsx", now=NOW)
    assert not Entry.objects.exclude(corrections=[]).exists()


@pytest.mark.parametrize("row", [99, 2])
def test_a_workbook_of_other_rows_changes_nothing(publish: Publish, tmp_path: Path, row: int) -> None:
    listed = publish(ROWS, confirmed=False)
    path = returned(listed, tmp_path / "改.xlsx", (2, 4, "河南鹏辉电源有限公司"), (3, 1, str(row)))
    with pytest.raises(errors.NotThisListsRows):
        returning.take_back(list_import=listed, path=path, file_name="改.xlsx", now=NOW)
    assert not Entry.objects.exclude(corrections=[]).exists()
