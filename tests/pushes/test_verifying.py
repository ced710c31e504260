"""A package is checked with the file and a public key alone, and whatever is wrong with it is said plainly."""

import json
import re
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter
from cryptography.hazmat.primitives.hashes import SM3, Hash
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st
from pytest_django import Settings

from enterprises.models import Edition
from pushes import locking, signing, unpacking, verifying
from pushes.errors import PackageRefused
from pushes.formats.offered import SUFFIXES
from tests.pushes.making import fetched, institution

Files = dict[str, bytes]


@pytest.fixture
def good(summer: Edition, tmp_path: Path) -> Path:
    """A package as it leaves us, its tables in one form."""
    return fetched(summer, tmp_path / "good.zip", institution(formats=["csv"]))


@pytest.fixture
def files(good: Path) -> Files:
    return files_in(good)


@pytest.fixture
def full(summer: Edition, tmp_path: Path) -> Files:
    """A package with its tables in every form."""
    return files_in(fetched(summer, tmp_path / "full.zip", institution("bank-f", formats=SUFFIXES)))


def files_in(package: Path) -> Files:
    with ZipFile(package) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, files: Files) -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def signed(files: Files) -> Files:
    """The files under our own key: faults that no stranger made."""
    return {**files, "manifest.sig": signing.signer().sign(files["manifest.json"])}


def counted(files: Files, **counts: int) -> Files:
    """The files with a manifest whose sums, sizes and rows are right again: a careful forger's work."""
    manifest: dict[str, Any] = json.loads(files["manifest.json"])
    for facts in manifest["resources"]:
        content = files[facts["path"]]
        sm3 = Hash(SM3())
        sm3.update(content)
        facts |= {
            "hash": f"sha256:{sha256(content).hexdigest()}", "sm3": sm3.finalize().hex(), "bytes": len(content),
        }  # fmt: skip
        if facts["path"].endswith(".csv"):
            facts["rows"] = content.count(b"\r\n") - 1
    manifest["counts"] |= counts
    return {**files, "manifest.json": json.dumps(manifest).encode()}


def resealed(files: Files, **counts: int) -> Files:
    return signed(counted(files, **counts))


def problems(path: Path) -> str:
    with pytest.raises(PackageRefused) as refused:
        verifying.verify(path, keys=signing.public_keys())
    return str(refused.value)


def without_line(content: bytes, number: int) -> bytes:
    lines = content.split(b"\r\n")
    return b"\r\n".join(lines[:number] + lines[number + 1 :])


def test_what_we_send_is_whole(good: Path, summer: Edition) -> None:
    assert verifying.verify(good, keys=signing.public_keys())["digest"] == summer.digest


def test_what_we_send_is_whole_in_every_form(full: Files, tmp_path: Path) -> None:
    assert len(full) == 3 + 3 * len(SUFFIXES)
    assert verifying.verify(packed(tmp_path / "p.zip", full), keys=signing.public_keys())


def test_a_changed_byte_in_a_file(full: Files, tmp_path: Path) -> None:
    for name in set(full) - {"manifest.json", "manifest.sig"}:
        content = bytearray(full[name])
        content[len(content) // 2] ^= 1
        said = problems(packed(tmp_path / "p.zip", {**full, name: bytes(content)}))
        assert name in said and said.count("\n") == 0


@pytest.mark.parametrize("suffix", sorted(set(SUFFIXES.values()) - {".csv"}))
def test_a_form_that_tells_otherwise(full: Files, spring: Edition, tmp_path: Path, suffix: str) -> None:
    other = files_in(fetched(spring, tmp_path / "other.zip", institution("bank-o", formats=SUFFIXES)))
    name = f"enterprises{suffix}"
    said = problems(packed(tmp_path / "p.zip", resealed({**full, name: other[name]})))
    assert said.startswith(f"{name} 第") and "enterprises.csv" in said


@pytest.mark.parametrize("suffix", sorted(SUFFIXES.values()))
def test_a_form_that_is_none(full: Files, tmp_path: Path, suffix: str) -> None:
    name = f"enterprises{suffix}"
    said = problems(packed(tmp_path / "p.zip", resealed({**full, name: b'\xff"PK no'})))
    assert name in said


def test_any_flipped_byte_of_the_zip_that_matters(good: Path, tmp_path: Path) -> None:
    content = good.read_bytes()
    for place in range(100, len(content) - 100, 997):
        flipped = tmp_path / "flipped.zip"
        flipped.write_bytes(content[:place] + bytes([content[place] ^ 0x10]) + content[place + 1 :])
        try:
            verifying.verify(flipped, keys=signing.public_keys())
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
    "no README": (lambda f: {k: v for k, v in f.items() if k != "README.txt"}, "README.txt"),
    "no signature": (lambda f: {k: v for k, v in f.items() if k != "manifest.sig"}, "manifest.sig"),
    "a made manifest under the old signature": (lambda f: counted(f, members=4), "manifest.json"),
    "a signature cut short": (lambda f: {**f, "manifest.sig": f["manifest.sig"][:-1]}, "manifest.json"),
    "a known file that the manifest does not name": (lambda f: {**f, "changes.xlsx": b"PK"}, ""),
    "a table in no form": (
        lambda f: signed(
            {
                **{k: v for k, v in f.items() if k != "changes.csv"},
                "manifest.json": f["manifest.json"].replace(b"changes.csv", b"enterprises.csv"),
            }
        ),
        "manifest.json",
    ),
    "a manifest that names a file outside": (
        lambda f: signed({**f, "manifest.json": f["manifest.json"].replace(b'"path": "ch', b'"path": "../ch')}),
        "manifest.json",
    ),
    "a manifest of no edition": (
        lambda f: signed({**f, "manifest.json": f["manifest.json"].replace(b'"edition": "ZZKJ-', b'"edition": "')}),
        "manifest.json",
    ),
    "a manifest of no key": (
        lambda f: signed({**f, "manifest.json": f["manifest.json"].replace(b'"key": {', b'"keys": {')}),
        "manifest.json",
    ),
    "a manifest of an encoding that nobody knows": (
        lambda f: signed({**f, "manifest.json": f["manifest.json"].replace(b'"utf-8"', b'"utf-7"')}),
        "manifest.json",
    ),
    "a file too many": (lambda f: {**f, "setup.exe": b"MZ"}, ""),
    "a file outside": (lambda f: {**f, "../enterprises.csv": b"x"}, ""),
    "a manifest that is none": (lambda f: {**f, "manifest.json": b"[]"}, "manifest.json"),
    "a manifest of another format": (
        lambda f: {**f, "manifest.json": f["manifest.json"].replace(b"zzkj-package/2", b"zzkj-package/9")},
        "manifest.json",
    ),
    "a manifest too deep": (lambda f: {**f, "manifest.json": b"[" * 200_000}, "manifest.json"),
    "a manifest with a text for a number": (
        lambda f: {**f, "manifest.json": f["manifest.json"].replace(b'"members": 3,', b'"members": "3",')},
        "manifest.json",
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
    "a changed one whose new row is another": (
        lambda f: resealed({**f, "changes.csv": f["changes.csv"].replace("金水区".encode(), "中原区".encode())}),
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
}  # fmt: skip


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forgery_is_named(files: Files, tmp_path: Path, forgery: str) -> None:
    change, named = FORGERIES[forgery]
    assert named in problems(packed(tmp_path / "p.zip", change(files)))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=3,
)


def places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a piece of JSON: its container and its key."""
    for key, child in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield node, key
        yield from places(child)


@settings_of_hypothesis(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_no_manifest_of_ours_breaks_the_check(files: Files, tmp_path: Path, data: st.DataObject) -> None:
    """Whatever stands in one place of it: the package is found good, or refused in words."""
    manifest = json.loads(files["manifest.json"])
    container, key = data.draw(st.sampled_from(list(places(manifest))))
    container[key] = data.draw(JSON)
    path = packed(tmp_path / "p.zip", signed({**files, "manifest.json": json.dumps(manifest).encode()}))
    with suppress(PackageRefused):
        verifying.verify(path, keys=signing.public_keys(), previous=path)


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


def test_a_workbook_that_swells_is_not_read(full: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "_LARGEST_SHEET", 1_000)
    assert "enterprises.xlsx" in problems(packed(tmp_path / "p.zip", full))


def test_a_workbook_that_spreads_is_not_read(full: Files, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "wide.xlsx")
    book.add_worksheet().write_string("XFD1048576", "far")
    book.close()
    wide = {**full, "enterprises.xlsx": (tmp_path / "wide.xlsx").read_bytes()}
    assert "enterprises.xlsx" in problems(packed(tmp_path / "p.zip", resealed(wide)))


def test_the_command_says_so(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_package", good, "--json")
    assert json.loads(capsys.readouterr().out)["members"] == 3


def test_a_package_under_a_password_says_so(tmp_path: Path) -> None:
    path = tmp_path / "p.aes.zip"
    with locking.locked(BytesIO(b"PK"), "p.zip", "secret") as closed:
        path.write_bytes(closed.read())
    assert "口令" in problems(path)


def test_a_strangers_key_is_named(good: Path, tmp_path: Path, settings: Settings) -> None:
    settings.SIGNING_KEY = str(tmp_path / "another.pem")
    stranger = signing.make(tmp_path / "another.pem")
    ours = json.loads(ZipFile(good).read("manifest.json"))["key"]["id"]
    assert stranger.id != ours and ours in problems(good)


def test_what_a_retired_key_signed_stays_checkable(good: Path, tmp_path: Path, settings: Settings) -> None:
    settings.SIGNING_RETIRED_KEYS = [signing.signer().public.pem]
    signing.make(tmp_path / "next.pem")
    settings.SIGNING_KEY = str(tmp_path / "next.pem")
    assert verifying.verify(good, keys=signing.public_keys())


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
