"""Old office formats: converted where a converter is there, and otherwise told; it gets no chance to harm."""

import os
import stat
from pathlib import Path

import pytest

from registry import converting, errors
from tests.conftest import rows_of, write_workbook

OLD_OFFICE, BEGINNINGS = b"\xd0\xcf\x11\xe0", {".rtf": b"{\\rtf1"}
ROWS = [["序号", "企业名称"], ["1", "郑州甲科技有限公司"]]


@pytest.fixture
def converter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in the converter's place, told what the real one is told; the test writes its script."""
    program = tmp_path / "bin" / "soffice"
    program.parent.mkdir()
    monkeypatch.setattr(converting, "PROGRAMS", ("soffice",))
    monkeypatch.setenv("PATH", str(program.parent))
    return program


def script(program: Path, *lines: str) -> None:
    program.write_text("\n".join(("#!/bin/sh", *lines)) + "\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def test_without_a_converter_the_person_is_told_what_to_do(tmp_path: Path, converter: Path) -> None:
    old = tmp_path / "名单.et"
    old.write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(errors.ConversionNeeded, match=r"名单\.et"):
        rows_of(old)


@pytest.mark.parametrize(("old", "new"), converting.BECOMES.items())
def test_the_converted_file_is_read(tmp_path: Path, converter: Path, old: str, new: str) -> None:
    made = write_workbook(tmp_path / "made.xlsx", ROWS)
    (tmp_path / f"given{old}").write_bytes(BEGINNINGS.get(old, OLD_OFFICE) + b" and so on")
    monitored = tmp_path / "told"
    script(converter, f'echo "$@" $(env) > {monitored}', f'cp {made} "$7/list.$5"')
    os.environ["SECRET_OF_OURS"] = "hush"
    try:
        if new == ".xlsx":
            assert [cells for _number, cells in rows_of(tmp_path / f"given{old}")] == ROWS
        else:
            with pytest.raises(errors.NotWhatItSays):  # a workbook is no document
                rows_of(tmp_path / f"given{old}")
    finally:
        del os.environ["SECRET_OF_OURS"]
    told = monitored.read_text()
    assert f"--convert-to {new[1:]}" in told
    assert "hush" not in told
    assert "given" not in told  # a file's name is no option
    assert "http_proxy=http://127.0.0.1:9" in told  # what it links to is not fetched


@pytest.mark.parametrize("content", [b"<html><img src='http://x'>", b"PK\x03\x04", b"{\\rtf1"])
def test_another_format_under_an_old_name_is_not_converted(tmp_path: Path, converter: Path, content: bytes) -> None:
    script(converter, "touch $7/opened")
    old = tmp_path / "list.doc"
    old.write_bytes(content)
    with pytest.raises(errors.NotWhatItSays):
        rows_of(old)


@pytest.mark.parametrize("line", ["exit 1", "exit 0", "kill -9 $$"])
def test_a_converter_that_makes_nothing_refuses_the_file(tmp_path: Path, converter: Path, line: str) -> None:
    script(converter, line)
    old = tmp_path / "list.doc"
    old.write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(errors.NotWhatItSays):
        rows_of(old)


def test_a_converter_that_hangs_is_stopped(tmp_path: Path, converter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(converting, "SECONDS", 1)
    script(converter, "exec /bin/sleep 60")
    old = tmp_path / "list.doc"
    old.write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(errors.NotWhatItSays):
        rows_of(old)
