"""A package is built once for equal cuts, from the sealed edition alone, and reproducibly."""

import csv
import io
import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.storage import Storage, default_storage
from django.db import IntegrityError, connection, transaction

from enterprises.models import Edition
from pushes import errors, packaging
from pushes.models import Institution, Package, Profile
from registry.models import ListImport, Programme
from tests.pushes.making import institution, recognition, record, sealed_edition

NOW = datetime(2026, 10, 1, 7, 0, tzinfo=UTC)
LATER = datetime(2027, 1, 1, 7, 0, tzinfo=UTC)


def profile_of(made: Institution) -> Profile:
    return made.profiles.get()


def files_in(package: Package) -> dict[str, bytes]:
    with packaging.opened(package) as file, ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_whole_edition(summer: Edition) -> None:
    package = packaging.build(edition=summer, profile=profile_of(institution()), since=summer.previous, now=NOW)
    files = files_in(package)
    members = rows(files["enterprises.csv"])
    assert [row["企业名称"] for row in members if row["高新技术企业"] == "待续"] == ["'=cmd|'/C calc'!A1"]
    assert sorted(row["专精特新中小企业"] for row in members) == ["", "", "是"]
    assert len(rows(files["recognitions.csv"])) == 4
    changes = {row["企业名称"]: (row["变动"], row["原因"]) for row in rows(files["changes.csv"])}
    assert changes == {
        "郑州示范1号科技有限公司": ("变更", "专精特新中小企业：新获认定"),
        "郑州示范2号科技有限公司": ("移出", "专精特新中小企业：更正"),
        "郑州示范3号科技有限公司": ("变更", "补充统一社会信用代码"),
        "'=cmd|'/C calc'!A1": ("新增", "高新技术企业：新获认定"),
    }
    assert (package.members, package.added, package.removed, package.changed) == (3, 1, 1, 2)


def test_the_manifest(summer: Edition, spring: Edition) -> None:
    package = packaging.build(edition=summer, profile=profile_of(institution()), since=summer.previous, now=NOW)
    said = packaging.manifest_of(package)
    assert said["edition"] == "ZZKJ-2026Q3-v1" and said["as_of"] == "2026-09-30"
    assert said["digest"] == summer.digest
    assert said["previous"] == {"edition": "ZZKJ-2026Q2-v1", "digest": spring.digest}
    assert {entry["code"]: entry["members"] for entry in said["programmes"]} == {"HNTE": 3, "SRDI": 1}
    assert [entry["path"] for entry in said["resources"]] == [
        "enterprises.xlsx", "enterprises.csv", "recognitions.xlsx", "recognitions.csv", "changes.xlsx", "changes.csv",
        "README.txt",
    ]  # fmt: skip
    assert said["counts"] == {"members": 3, "recognitions": 4, "added": 1, "removed": 1, "changed": 2}


def test_a_recognition_names_its_notice(publish: Any, db: None) -> None:
    listed: ListImport = publish(
        [["企业名称", "证书编号"], ["郑州示范1号科技有限公司", "GR202541000001"]],
        title="关于公布名单的通知",
        document_number="国科火字〔2025〕1号",
        source_url="https://example.org/1",
    )
    edition = sealed_edition("2026Q3", [record(1, recognition(source=f"{listed.reference}#2"))])
    package = packaging.build(edition=edition, profile=profile_of(institution()), since=None, now=NOW)
    row = rows(files_in(package)["recognitions.csv"])[0]
    assert row["来源名单"] == "关于公布名单的通知" and row["文号"] == "国科火字〔2025〕1号"
    assert row["公布日期"] == "2025-01-10" and row["来源链接"] == "https://example.org/1"
    assert row["来源编号"] == f"{listed.reference}#2"


def test_a_cut_holds_nothing_else(summer: Edition) -> None:
    cut = profile_of(institution(programmes=["SRDI"], include_name_only=False))
    package = packaging.build(edition=summer, profile=cut, since=summer.previous, now=NOW)
    files = files_in(package)
    assert [row["企业名称"] for row in rows(files["enterprises.csv"])] == ["郑州示范1号科技有限公司"]
    assert "高新技术企业" not in files["enterprises.csv"].decode()
    whole = b"".join(content for name, content in files.items() if name.endswith(".csv"))
    assert "HNTE" not in whole.decode() and "示范3号" not in whole.decode()
    assert [row["变动"] for row in rows(files["changes.csv"])] in (["新增", "移出"], ["移出", "新增"])


def test_equal_cuts_share_one_package(summer: Edition) -> None:
    one = profile_of(institution("bank-a", programmes=["HNTE", "SRDI"]))
    other = profile_of(institution("bank-b", programmes=["SRDI", "HNTE"]))
    third = profile_of(institution("bank-c", programmes=["SRDI"]))
    built = packaging.build(edition=summer, profile=one, since=summer.previous, now=NOW)
    assert packaging.build(edition=summer, profile=other, since=summer.previous, now=LATER) == built
    assert packaging.build(edition=summer, profile=third, since=summer.previous, now=NOW) != built


def test_the_same_content_gives_the_same_bytes(summer: Edition, store: Path) -> None:
    profile = profile_of(institution())
    with transaction.atomic():  # a builder who is killed before the end: the file is there, the row is not
        first = packaging.build(edition=summer, profile=profile, since=summer.previous, now=NOW)
        content = files_in(first)
        transaction.set_rollback(True)
    assert not Package.objects.exists()
    again = packaging.build(edition=summer, profile=profile, since=summer.previous, now=LATER)
    assert again.sha256 == first.sha256
    assert files_in(again) == content
    assert [path.name for path in store.rglob("*.zip")] == [Path(str(again.file.name)).name]


def test_a_draft_is_not_packaged(spring: Edition) -> None:
    draft = Edition.objects.create(
        quarter="2026Q3",
        as_of=spring.as_of,
        known_by=NOW,
        cut_at=NOW,
        digest="",
        members=0,
        added=0,
        removed=0,
        changed=0,
    )
    with pytest.raises(errors.NotSealed, match="ZZKJ-2026Q3-v1"):
        packaging.build(edition=draft, profile=profile_of(institution()), since=None, now=NOW)


def test_a_builder_killed_after_storing_leaves_nothing_that_counts(summer: Edition, store: Path) -> None:
    profile = profile_of(institution())
    left = f"packages/{summer.label}/{summer.label}-{profile.digest[:16]}.zip"
    (store / left).parent.mkdir(parents=True)
    (store / left).write_bytes(b"half a zip")
    package = packaging.build(edition=summer, profile=profile, since=None, now=NOW)
    assert package.file.name == left
    assert json.loads(files_in(package)["manifest.json"])["edition"] == summer.label


def test_a_store_that_fails_leaves_no_row(summer: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object, **_kwargs: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Storage, "save", full)
    with pytest.raises(OSError, match="No space left"):
        packaging.build(edition=summer, profile=profile_of(institution()), since=summer.previous, now=NOW)
    assert not Package.objects.exists()


def damaged(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("harm", [Path.unlink, damaged])
def test_what_the_store_has_lost_is_built_again(summer: Edition, store: Path, harm: Callable[[Path], None]) -> None:
    profile = profile_of(institution())
    first = packaging.build(edition=summer, profile=profile, since=summer.previous, now=NOW)
    path = store / str(first.file.name)
    content = path.read_bytes()
    harm(path)
    again = packaging.build(edition=summer, profile=profile, since=summer.previous, now=LATER)
    assert (again.pk, again.built_at, again.file.name) == (first.pk, NOW, first.file.name)
    assert path.read_bytes() == content
    assert len(list(store.rglob("*.zip"))) == 1


def test_what_cannot_be_built_to_the_same_bytes_is_not_restored(summer: Edition, store: Path) -> None:
    profile = profile_of(institution())
    package = packaging.build(edition=summer, profile=profile, since=summer.previous, now=NOW)
    path = store / str(package.file.name)
    path.unlink()
    Programme.objects.filter(code="HNTE").update(name="名称已改")  # a column's title, so other bytes
    with pytest.raises(errors.PackageNotRestored, match=path.name):
        packaging.build(edition=summer, profile=profile, since=summer.previous, now=LATER)
    assert not path.exists()


@pytest.mark.parametrize("act", ["update", "delete"])
def test_a_package_row_stays(summer: Edition, act: str) -> None:
    package = packaging.build(edition=summer, profile=profile_of(institution()), since=summer.previous, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        if act == "update":
            Package.objects.filter(pk=package.pk).update(size=0)
        else:
            package.delete()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_builders_at_once_build_one_package() -> None:
    edition = sealed_edition("2026Q3", [record(number) for number in range(1, 30)])
    profiles = [profile_of(institution(code)) for code in ("bank-a", "bank-b")]
    ready = threading.Barrier(2)
    built: list[int] = []

    def build(profile: Profile) -> None:
        try:
            ready.wait()
            built.append(packaging.build(edition=edition, profile=profile, since=None, now=NOW).pk)
        finally:
            connection.close()

    builders = [threading.Thread(target=build, args=[profile]) for profile in profiles]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join()
    assert len(built) == 2 and len(set(built)) == 1
    folders, files = default_storage.listdir(f"packages/{edition.label}")
    assert (folders, len(files)) == ([], 1)
