"""`import_list` at the command line: what goes in, what is refused and how it is said."""

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, ManagementUtility, call_command
from django.utils import translation

from registry.forms import IN_THE_FUTURE
from registry.models import Entry, ListImport
from tests.conftest import write_workbook

pytestmark = pytest.mark.django_db
FACTS = ["--programme", "HNTE", "--notice", "recognition", "--title", "名单", "--published", "2025-01-10"]


def import_list(path: Path, *more: str) -> dict[str, Any]:
    out = StringIO()
    call_command("import_list", str(path), *FACTS, *more, "--json", stdout=out)
    summary: dict[str, Any] = json.loads(out.getvalue())
    return summary


def test_a_list_is_staged_or_confirmed_at_once(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "list.xlsx", [["序号", "企业名称"], ["1", "郑州启航科技有限公司"], ["2", "启航"]])
    staged = import_list(path)
    assert (staged["state"], staged["rows"], staged["faulty"]) == ("staged", 2, 1)
    with pytest.raises(CommandError, match="1"):
        import_list(path, "--if-new", "--confirm")
    again = import_list(path, "--if-new", "--confirm", "--accept-sound")
    assert (again["id"], again["state"]) == (staged["id"], "confirmed")
    assert import_list(path, "--if-new", "--confirm") == again
    with pytest.raises(CommandError, match=f"no. {staged['id']}"), translation.override("en"):
        import_list(path)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.xlsx", b"", "empty.xlsx is empty"),
        ("photo.xlsx", b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 40, "is named .xlsx but holds something"),
        ("big5.csv", "\ufeff序號,企業名稱\r\n1,鄭州".encode("utf-16-le")[2:], "neither UTF-8 nor GB18030"),
        (
            "latin.csv",
            "序号,企业名称\n1,郑州启航科技有限公司".encode().decode("latin-1").encode("utf-16-le"),
            "neither",
        ),
        ("letter.docx", b"PK\x03\x04", "is named .docx but holds something"),
        ("letter.pages", b"PK\x03\x04", "none of the formats"),
    ],
)
def test_a_file_that_is_no_list_is_refused_and_leaves_nothing(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CommandError, match=said), translation.override("en"):
        import_list(path, "--confirm")
    assert not ListImport.objects.exists()
    assert not default_storage.exists("lists")


def test_a_workbook_without_a_name_column_says_what_was_seen(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "list.xlsx", [["附件1"], ["序号", "产品", "产量"], ["1", "钢", "3"]])
    with pytest.raises(CommandError, match="附件1 / 序号 产品 产量"):
        import_list(path)
    assert not ListImport.objects.exists()


def test_wrongly_decoded_text_is_refused_row_by_row(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("序号,企业名称\n1,\ufffd\ufffd\ufffd科技有限公司\n2,郑州启航科技有限公司\n")
    assert import_list(path)["faulty"] == 1


def test_a_long_list_goes_in_whole(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    lines = ["序号,企业名称,区县", *(f"{number},郑州第{number}科技有限公司,金水区" for number in range(1, 20_001))]
    path.write_text("\n".join(lines), encoding="gb18030")
    assert import_list(path, "--confirm")["rows"] == Entry.objects.filter(usable=True).count() == 20_000


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--programme", "NONE"], "NONE"),
        (["--published", "2025-13-01"], "2025-13-01"),
        (["--published", "2999-01-01"], re.escape(str(IN_THE_FUTURE))),
        (["--valid-to", "tomorrow"], "tomorrow"),
        (["--notice", "gossip"], "gossip"),
        (["--sheet", "附件9"], "附件9"),
    ],
)
def test_a_wrong_option_is_named(tmp_path: Path, options: list[str], said: str) -> None:
    path = write_workbook(tmp_path / "list.xlsx", [["序号", "企业名称"], ["1", "郑州启航科技有限公司"]])
    with pytest.raises(CommandError, match=said):
        import_list(path, *options)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"gone\.xlsx"):
        import_list(tmp_path / "gone.xlsx")


@pytest.mark.parametrize("written", ["2025-13-01", "2025/01/10", "20250110"])
def test_a_wrong_day_at_the_command_line_is_an_error_of_usage(written: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["manage.py", "import_list", "list.xlsx", *FACTS[:-1], written]
    with pytest.raises(SystemExit) as ended:
        ManagementUtility(words).execute()
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert written in told
    assert "2026-09-30" in told  # how to write it
