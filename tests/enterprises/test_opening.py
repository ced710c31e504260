"""A stranger's list is opened: header and columns are found, or asked for; hostile files are told off in words."""

from pathlib import Path

import pytest

from enterprises import errors
from enterprises.opening import Choice, counted, opened
from registry.errors import FileRefused, NoRows, SheetNeeded, TooLarge
from registry.reading import Limits
from tests.conftest import write_workbook

pytestmark = pytest.mark.django_db
A, CODE = "郑州启航智能科技有限公司", "91410105MA44C1N295"
LIMITS = Limits(1 << 20)
OLE, ENVELOPE = b"\xd0\xcf\x11\xe0", "EncryptedPackage".encode("utf-16-le")
Found = tuple[list[str], dict[str, int], list[list[str]]]


def take(path: Path, choice: Choice | None = None, name: str = "") -> Found:
    with opened(path, name or path.name, limits=LIMITS, choice=choice) as found:
        return found.header, dict(found.columns), [cells for _number, cells in found.rows]


def written(folder: Path, text: str, encoding: str = "utf-8", name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("客户号,客户名称,统一社会信用代码,余额", {"name": 1, "uscc": 2}),
        ("客户名称", {"name": 0}),
        ("客户号,证件号码", {"uscc": 1}),
        ("CUST_ID,CUST_NAME", {"name": 1}),
        ("担保人名称,客户名称,组织机构代码", {"name": 1, "org_code": 2}),
        ("客户号,现企业名称,曾用名", {"new_name": 1, "former_name": 2}),
    ],
)
def test_columns_are_found_by_what_they_are_called(tmp_path: Path, header: str, columns: dict[str, int]) -> None:
    found = take(written(tmp_path, f"{header}\n" + "x,y,z,w\n"))
    assert (found[0], found[1]) == (header.split(","), columns)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_titles_stand_above_and_blank_rows_between(tmp_path: Path, encoding: str) -> None:
    text = f"某某银行股份有限公司\n截至2026年9月\n\n客户名称,统一社会信用代码\n{A},{CODE}\n,\n\n合计,1\n"
    assert take(written(tmp_path, text, encoding)) == (
        ["客户名称", "统一社会信用代码"], {"name": 0, "uscc": 1}, [[A, CODE], ["合计", "1"]],
    )  # fmt: skip


def test_columns_that_say_nothing_are_asked_for_and_guessed(tmp_path: Path) -> None:
    path = written(tmp_path, f"序,甲,乙\n1,{A},{CODE}\n2,{A},\n")
    with pytest.raises(errors.ColumnsNeeded) as asked:
        take(path)
    assert (asked.value.header, asked.value.name, asked.value.code) == (["序", "甲", "乙"], 1, None)
    assert "甲" in str(asked.value)
    rows = [["1", A, CODE], ["2", A, ""]]
    assert take(path, Choice(name=1, code=2)) == (["序", "甲", "乙"], {"name": 1, "uscc": 2}, rows)


def test_a_list_without_a_header_is_asked_for(tmp_path: Path) -> None:
    path = written(tmp_path, f"{A}\n郑州甲科技有限公司\n", name="names.txt")
    with pytest.raises(errors.ColumnsNeeded) as asked:
        take(path)
    assert (asked.value.header, asked.value.name) == ([A], 0)
    assert take(path, Choice(name=0, bare=True)) == ([], {"name": 0}, [[A], ["郑州甲科技有限公司"]])


def test_a_workbook_of_several_sheets_wants_one_named(tmp_path: Path) -> None:
    path = tmp_path / "two.xlsx"
    path.write_bytes((Path(__file__).parents[1] / "data/lists/sheets.xlsx").read_bytes())
    with pytest.raises(SheetNeeded) as asked:
        take(path)
    assert len(asked.value.sheets) > 1


def test_numbers_of_a_workbook_are_texts_again(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "numbers.xlsx", [["客户名称", "组织机构代码"], [A, 440106000096133]])
    assert take(path)[2] == [[A, "440106000096133"]]


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("list.docx", b"PK\x03\x04", errors.NoList),
        ("list.pdf", b"%PDF", errors.NoList),
        ("list.xlsx", OLE + b"\0" * 700 + ENVELOPE, errors.PasswordProtected),
        ("list.xls", OLE + b"\n" + ENVELOPE, errors.PasswordProtected),
        ("list.xlsx", OLE + b"\0" * 700, FileRefused),
        ("list.csv", b"\x81\xff\xfe\x00\x80", FileRefused),
        ("list.csv", b"", FileRefused),
        ("list.csv", "客户名称\n".encode(), NoRows),
        ("list.csv", b"\n\n \n", NoRows),
        ("list.csv", b"a" * (1 << 20) + b"\n", TooLarge),
    ],
)  # fmt: skip
def test_what_is_no_list_is_told_in_words(tmp_path: Path, name: str, content: bytes, error: type[Exception]) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(error, match=name):
        take(path)


def test_more_rows_than_allowed_are_refused() -> None:
    rows = [(number, [A]) for number in range(3)]
    assert list(counted(rows, "list.csv", 3)) == rows
    with pytest.raises(TooLarge, match="2"):
        list(counted(rows, "list.csv", 2))
