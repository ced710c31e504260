"""The README in a package: its commands are run word for word, with nothing but the real openssl."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from zipfile import ZipFile

import pytest
from pytest_django import Settings

from enterprises.models import Edition, EditionKind
from pushes import packaging, signing
from pushes.formats.offered import SUFFIXES
from tests.pushes.making import SEALED_AT, fetched, institution, record, sealed_edition

OPENSSL = shutil.which("openssl")


@pytest.fixture
def unpacked(summer: Edition, tmp_path: Path) -> Path:
    """A package with every form in it, unpacked, and the public key beside it as the README says."""
    folder = tmp_path / "unpacked"
    with ZipFile(fetched(summer, tmp_path / "p.zip", institution(formats=SUFFIXES))) as archive:
        archive.extractall(folder)
    key = signing.signer().public
    (folder / f"zzkj-{key.id}.pem").write_text(key.pem)
    return folder


def readme(folder: Path) -> str:
    return (folder / "README.txt").read_bytes().decode("utf-8-sig")


def commands(folder: Path) -> list[str]:
    return re.findall(r"^ {4}(openssl .*)\r$", readme(folder), re.MULTILINE)


def run(folder: Path) -> list[subprocess.CompletedProcess[str]]:
    """The README's commands, one after another."""
    if not OPENSSL:
        pytest.skip("there is no openssl on this machine")
    return [
        subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, timeout=60)
        for command in commands(folder)
    ]


def test_its_commands_prove_the_package(unpacked: Path) -> None:
    _key, fingerprint, signature, sha256, sm3 = done = run(unpacked)
    assert [one.returncode for one in done] == [0] * 5, [one.stderr for one in done]
    said = re.search(r"指纹：(\w{64})\r", readme(unpacked))
    assert said and said[1] in fingerprint.stdout and said[1] == signing.signer().public.fingerprint
    assert "Signature Verified Successfully" in signature.stdout
    resources = json.loads((unpacked / "manifest.json").read_bytes())["resources"]
    assert len(resources) == 1 + 3 * len(SUFFIXES)
    for facts in resources:
        assert f"({facts['path']})= {facts['hash'].removeprefix('sha256:')}" in sha256.stdout
        assert f"({facts['path']})= {facts['sm3']}" in sm3.stdout


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sig"])
def test_its_commands_see_a_flipped_byte(unpacked: Path, name: str) -> None:
    content = bytearray((unpacked / name).read_bytes())
    content[len(content) // 2] ^= 1
    (unpacked / name).write_bytes(content)
    signature = run(unpacked)[2]
    assert signature.returncode != 0 and "Signature Verified Successfully" not in signature.stdout


def test_it_explains_every_column_and_file(unpacked: Path, settings: Settings) -> None:
    text = readme(unpacked)
    for facts in json.loads((unpacked / "manifest.json").read_bytes())["resources"]:
        assert facts["path"] in text
        for field in facts.get("schema", {"fields": []})["fields"]:
            assert f"\n  {field['name']}：" in text
    assert f"{settings.SITE_ADDRESS}/institutions/keys/" in text
    assert "2027-01-01" in text and "ZZKJ-2026Q2-v1" in text


def test_it_says_whom_to_ask(summer: Edition, tmp_path: Path, settings: Settings) -> None:
    settings.PACKAGE_CONTACT = "郑州市科学技术局 示范处"
    with ZipFile(fetched(summer, tmp_path / "p.zip")) as archive:
        assert "郑州市科学技术局 示范处" in archive.read("README.txt").decode()


def test_an_urgent_notice_says_that_it_is_one(summer: Edition) -> None:
    notice = sealed_edition("2026Q3", [record(1)], previous=summer, kind=EditionKind.URGENT, version=2)
    package = packaging.build(
        edition=notice, profile=institution().profiles.get(), since=notice.previous, now=SEALED_AT
    )
    said = packaging.manifest_of(package)
    assert said["kind"] == "urgent" and "紧急通知" in said["title"]
    assert said["next"] == {"quarter": "2026Q4", "due_on": "2027-01-01"}
    with packaging.opened(package) as file, ZipFile(file) as archive:
        assert "紧急通知" in archive.read("README.txt").decode()
    ordinary = packaging.build(
        edition=summer, profile=institution("bank-b").profiles.get(), since=summer.previous, now=SEALED_AT
    )
    assert packaging.manifest_of(ordinary)["kind"] == "quarter"
    assert "紧急通知" not in packaging.manifest_of(ordinary)["title"]


def test_the_manifest_is_a_data_package(unpacked: Path) -> None:
    """As its published schema has it: names, sums and encodings of the forms that readers of Data Packages expect."""
    said = json.loads((unpacked / "manifest.json").read_bytes())
    assert said["profile"] == "data-package" and isinstance(said["version"], str)
    assert re.fullmatch(r"[-a-z0-9._/]+", said["name"]) and said["created"] == "2026-10-01T06:30:00+00:00"
    names = [facts["name"] for facts in said["resources"]]
    assert len(names) == len(set(names)) and all(re.fullmatch(r"[-a-z0-9._/]+", name) for name in names)
    by_path = {facts["path"]: facts for facts in said["resources"]}
    assert by_path["enterprises.csv"]["encoding"] == "utf-8" and "encoding" not in by_path["enterprises.xlsx"]
    assert by_path["changes-gb18030.csv"]["encoding"] == "gb18030"
    fields = {field["name"]: field["type"] for field in by_path["recognitions.csv"]["schema"]["fields"]}
    assert fields["有效期至"] == "date" and fields["统一社会信用代码"] == "string"
