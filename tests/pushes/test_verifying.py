"""A package is checked with nothing but the file, and whatever is wrong with it is said plainly."""

import json
import re
import struct
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command

from enterprises.models import Edition
from pushes import packaging, unpacking, verifying
from pushes.errors import PackageRefused
from tests.pushes.making import institution

Files = dict[str, bytes]


@pytest.fixture
def good(summer: Edition, tmp_path: Path) -> Path:
    """A package as it leaves us."""
    profile = institution().profiles.get()
    package = packaging.build(
        edition=summer, profile=profile, since=summer.previous, now=datetime(2026, 10, 1, tzinfo=UTC)
    )
    path = tmp_path / "good.zip"
    with packaging.opened(package) as file:
        path.write_bytes(file.read())
    return path


@pytest.fixture
def files(good: Path) -> Files:
    with ZipFile(good) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, files: Files) -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def resealed(files: Files, **counts: int) -> Files:
    """The files with a manifest whose sums, sizes and rows are right again: a careful forger's work."""
    manifest: dict[str, Any] = json.loads(files["manifest.json"])
    for facts in manifest["files"]:
        content = files[facts["name"]]
        facts["sha256"], facts["bytes"] = sha256(content).hexdigest(), len(content)
        if facts["name"].endswith(".csv"):
            facts["rows"] = content.count(b"\r\n") - 1
    manifest["counts"] |= counts
    return {**files, "manifest.json": json.dumps(manifest).encode()}


def problems(path: Path) -> str:
    with pytest.raises(PackageRefused) as refused:
        verifying.verify(path)
    return str(refused.value)


def without_line(content: bytes, number: int) -> bytes:
    lines = content.split(b"\r\n")
    return b"\r\n".join(lines[:number] + lines[number + 1 :])


def test_what_we_send_is_whole(good: Path, summer: Edition) -> None:
    assert verifying.verify(good)["digest"] == summer.digest


@pytest.mark.parametrize("name", ["enterprises.csv", "enterprises.xlsx", "recognitions.csv", "changes.csv"])
def test_a_changed_byte_in_a_file(files: Files, tmp_path: Path, name: str) -> None:
    content = bytearray(files[name])
    content[len(content) // 2] ^= 1
    said = problems(packed(tmp_path / "p.zip", {**files, name: bytes(content)}))
    assert name in said and said.count("\n") == 0


def test_any_flipped_byte_of_the_zip_that_matters(good: Path, tmp_path: Path) -> None:
    content = good.read_bytes()
    for place in range(100, len(content) - 100, 997):
        flipped = tmp_path / "flipped.zip"
        flipped.write_bytes(content[:place] + bytes([content[place] ^ 0x10]) + content[place + 1 :])
        try:
            verifying.verify(flipped)
        except PackageRefused:
            continue
        with ZipFile(flipped) as archive:  # a byte that carries nothing, such as a time stamp
            assert {name: archive.read(name) for name in archive.namelist()} == {
                name: ZipFile(good).read(name) for name in ZipFile(good).namelist()
            }


Change = Callable[[Files], Files]

FORGERIES: dict[str, tuple[Change, str]] = {
    "a swapped file": (lambda f: {**f, "changes.csv": f["recognitions.csv"]}, "changes.csv"),
    "a missing file": (lambda f: {k: v for k, v in f.items() if k != "changes.csv"}, "changes.csv"),
    "no manifest": (lambda f: {k: v for k, v in f.items() if k != "manifest.json"}, "manifest.json"),
    "a file too many": (lambda f: {**f, "setup.exe": b"MZ"}, ""),
    "a file outside": (lambda f: {**f, "../enterprises.csv": b"x"}, ""),
    "a manifest that is none": (lambda f: {**f, "manifest.json": b"[]"}, "manifest.json"),
    "a manifest of another format": (
        lambda f: {**f, "manifest.json": f["manifest.json"].replace(b"zzkj-package/1", b"zzkj-package/9")},
        "manifest.json",
    ),
    "a manifest too deep": (lambda f: {**f, "manifest.json": b"[" * 200_000}, "manifest.json"),
    "a manifest with a text for a number": (
        lambda f: {**f, "manifest.json": f["manifest.json"].replace(b'"members": 3,', b'"members": "3",')},
        "manifest.json",
    ),
    "a member left out of the csv only": (
        lambda f: resealed({**f, "enterprises.csv": without_line(f["enterprises.csv"], 1)}),
        "enterprises.xlsx",
    ),
    "a recognition left out": (
        lambda f: resealed({**f, "recognitions.csv": without_line(f["recognitions.csv"], 4)}),
        "",
    ),
    "a change left out": (
        lambda f: resealed({**f, "changes.csv": without_line(f["changes.csv"], 1)}),
        "",
    ),
    "a removed one that is still in": (
        lambda f: resealed(
            {**f, "changes.csv": f["changes.csv"].replace("变更".encode(), "移出".encode())},
            removed=3,
            changed=0,
        ),
        "changes.csv",
    ),
    "other columns": (
        lambda f: resealed({**f, "changes.csv": f["changes.csv"].replace("原因".encode(), b"why", 1)}),
        "changes.csv",
    ),
    "a row too short": (
        lambda f: resealed({**f, "changes.csv": f["changes.csv"] + b"E1,x\r\n"}),
        "changes.csv",
    ),
    "not UTF-8": (lambda f: resealed({**f, "changes.csv": b"\xff\xfe\r\n"}), "changes.csv"),
    "other numbers": (lambda f: resealed(f, members=4), ""),
    "a workbook that is none": (lambda f: resealed({**f, "enterprises.xlsx": b"PK no"}), "enterprises.xlsx"),
}  # fmt: skip


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forgery_is_named(files: Files, tmp_path: Path, forgery: str) -> None:
    change, named = FORGERIES[forgery]
    assert named in problems(packed(tmp_path / "p.zip", change(files)))


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_package(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "p.zip"
    path.write_bytes(content)
    assert problems(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_twice(files: Files, tmp_path: Path) -> None:
    path = packed(tmp_path / "p.zip", files)
    with ZipFile(path, "a") as archive:
        archive.writestr("enterprises.csv", b"another")
    assert problems(path)


def test_a_bomb_is_not_unpacked(files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "LARGEST_FILE", 100_000)
    path = packed(tmp_path / "p.zip", {**files, "changes.csv": bytes(10_000_000)})
    assert "changes.csv" in problems(path)


def test_a_bomb_that_lies_about_its_size_is_not_unpacked(files: Files, tmp_path: Path) -> None:
    path = packed(tmp_path / "p.zip", {**files, "changes.csv": bytes(10_000_000)})
    lie = path.read_bytes().replace(struct.pack("<L", 10_000_000), struct.pack("<L", 1_000))
    path.write_bytes(lie)
    with ZipFile(path) as archive:
        assert archive.getinfo("changes.csv").file_size == 1_000
    assert problems(path)


def test_a_workbook_that_swells_is_not_read(files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "_LARGEST_SHEET", 1_000)
    assert "enterprises.xlsx" in problems(packed(tmp_path / "p.zip", files))


def test_a_workbook_that_spreads_is_not_read(files: Files, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "wide.xlsx")
    book.add_worksheet().write_string("XFD1048576", "far")
    book.close()
    wide = {**files, "enterprises.xlsx": (tmp_path / "wide.xlsx").read_bytes()}
    assert "enterprises.xlsx" in problems(packed(tmp_path / "p.zip", resealed(wide)))


def test_the_command_says_so(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_package", good, "--json")
    assert json.loads(capsys.readouterr().out)["members"] == 3


@pytest.mark.parametrize("raised", [FileNotFoundError, PermissionError, IsADirectoryError])
def test_the_command_names_what_keeps_it_from_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raised: type[OSError]
) -> None:
    path = tmp_path / "p.zip"
    if raised is IsADirectoryError:
        path.mkdir()
    elif raised is PermissionError:  # root may read everything
        monkeypatch.setattr(verifying, "unpack", lambda *_: (_ for _ in ()).throw(PermissionError(13, "denied")))
    with pytest.raises(CommandError, match=re.escape(str(path))) as caught:
        call_command("verify_package", path)
    assert isinstance(caught.value.__cause__, raised)
    assert not any(system in str(caught.value) for system in ("denied", "No such file", "Is a directory"))


def test_the_command_fails_plainly(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="missing"):
        call_command("verify_package", tmp_path / "missing.zip")
    (tmp_path / "p.zip").write_bytes(b"x")
    with pytest.raises(CommandError):
        call_command("verify_package", tmp_path / "p.zip")
