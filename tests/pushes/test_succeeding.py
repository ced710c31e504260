"""A package follows the one before it: later, told since that one, and reached from it by its own changes."""

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from enterprises.models import Edition
from enterprises.public_ids import public_id
from pushes import signing, verifying
from pushes.errors import PackageRefused
from registry.models import Programme
from tests.pushes.making import fetched, institution, recognition, record, sealed_edition
from tests.pushes.manual import program
from tests.pushes.test_verifying import files_in, packed, resealed


@pytest.fixture
def autumn(summer: Edition) -> Edition:
    """2026Q4: 1 lost SRDI, 2 is back by a programme that nobody had, 3 is as it was, 4 is gone."""
    return sealed_edition(
        "2026Q4",
        [
            record(1, recognition(source="HNTE-2025-01#1")),
            record(2, recognition("LG", "LG-2026-01#1")),
            record(3, recognition("HNTE", "HNTE-2025-01#3")),
        ],
        previous=summer,
    )


@pytest.fixture
def packages(spring: Edition, summer: Edition, autumn: Edition, tmp_path: Path) -> list[Path]:
    """Three editions in a row, as a bank has them."""
    bank = institution(formats=["csv"])
    return [fetched(edition, tmp_path / f"{edition.label}.zip", bank) for edition in (spring, summer, autumn)]


def refused(package: Path, previous: Path | None = None, at_least: str = "") -> str:
    with pytest.raises(PackageRefused) as caught:
        verifying.verify(package, keys=signing.public_keys(), previous=previous, at_least=at_least)
    return str(caught.value)


def test_each_leads_to_the_next(packages: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    for previous, package in pairwise(packages):
        call_command("verify_package", package, "--previous", previous)
        said = capsys.readouterr().out
        assert "ZZKJ-2026Q" in said and "上一个数据包加上这些变动，恰好得到本包的企业名单。" in said


@pytest.mark.parametrize("chosen", [[0, 1], [1, 2], [0, 1, 2]], ids=["next", "the one after", "two at once"])
def test_the_manuals_lines_do_it_with_python_alone(packages: list[Path], chosen: list[int]) -> None:
    lines = program("python", "import csv")
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", lines, *(str(packages[number]) for number in chosen)],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[1::2] == ["3"] * (len(chosen) - 1)


def test_the_manuals_lines_leap_over_an_edition(
    packages: list[Path], spring: Edition, autumn: Edition, tmp_path: Path
) -> None:
    leap = fetched(autumn, tmp_path / "leap.zip", since=spring)
    words = [sys.executable, "-I", "-S", "-c", program("python", "import csv"), str(packages[0]), str(leap)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert verifying.verify(leap, keys=signing.public_keys(), previous=packages[0])


def test_the_manuals_lines_see_a_gap(packages: list[Path]) -> None:
    words = [sys.executable, "-I", "-S", "-c", program("python", "import csv"), str(packages[0]), str(packages[2])]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "整表替换" in done.stderr


def test_the_manuals_program_is_ten_lines() -> None:
    lines = [line for line in program("python", "import csv").splitlines() if line and not line.startswith("import")]
    assert len(lines) <= 11


def test_an_old_package_for_a_new_one(packages: list[Path]) -> None:
    spring, summer, _autumn = packages
    assert "ZZKJ-2026Q2-v1" in refused(spring, previous=summer)
    assert "ZZKJ-2026Q3-v1" in refused(summer, previous=summer)
    said = refused(spring, at_least="ZZKJ-2026Q3-v1")
    assert "ZZKJ-2026Q2-v1" in said and "ZZKJ-2026Q3-v1" in said
    assert verifying.verify(summer, keys=signing.public_keys(), at_least="ZZKJ-2026Q3-v1")
    assert refused(summer, at_least="ZZKJ-2026Q3-v2") and refused(summer, at_least="ZZKJ-2027Q1-v1")


def test_a_package_between_is_lacking(packages: list[Path]) -> None:
    said = refused(packages[2], previous=packages[0])
    assert "ZZKJ-2026Q3-v1" in said and "ZZKJ-2026Q2-v1" in said


def altered(package: Path, path: Path, old: str, new: str, **manifest: object) -> Path:
    """The package with other words in its tables and other facts, whole and signed by us."""
    files = {name: content.replace(old.encode(), new.encode()) for name, content in files_in(package).items()}
    facts = json.loads(files["manifest.json"]) | manifest
    return packed(path, resealed({**files, "manifest.json": json.dumps(facts).encode()}))


def test_another_chain(packages: list[Path], tmp_path: Path) -> None:
    other = {"edition": "ZZKJ-2026Q2-v1", "digest": "0" * 64}
    fork = altered(packages[1], tmp_path / "fork.zip", "郑州", "郑州", previous=other)
    said = refused(fork, previous=packages[0])
    assert "ZZKJ-2026Q2-v1" in said and said.count("\n") == 0


def test_a_member_that_differs_without_a_change_is_named(spring: Edition, tmp_path: Path) -> None:
    summer = sealed_edition("2026Q3", [record(1), record(4)], previous=spring)
    bank = institution(formats=["csv"])
    old, new = (fetched(edition, tmp_path / f"{edition.label}.zip", bank) for edition in (spring, summer))
    verifying.verify(new, keys=signing.public_keys(), previous=old)
    other = altered(old, tmp_path / "other.zip", "郑州示范1号", "郑州示范9号")
    said = refused(new, previous=other)
    assert public_id(1) in said and said.count("\n") == 0


def test_a_programme_that_was_renamed_is_the_same(spring: Edition, summer: Edition, tmp_path: Path) -> None:
    old = fetched(spring, tmp_path / "old.zip")
    Programme.objects.filter(code="HNTE").update(name="高新技术企业（新名）")
    new = fetched(summer, tmp_path / "new.zip")
    assert verifying.verify(new, keys=signing.public_keys(), previous=old)


def test_a_fault_of_the_previous_one_is_said_of_it(packages: list[Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"no zip")
    assert refused(packages[1], previous=broken).startswith("上一版本的包")
    with pytest.raises(CommandError, match="missing"):
        call_command("verify_package", packages[1], "--previous", tmp_path / "missing.zip")


@pytest.mark.parametrize("label", ["2026Q3", "ZZKJ-2026Q5-v1", ""])
def test_what_is_no_label(packages: list[Path], label: str) -> None:
    with pytest.raises(CommandError, match="ZZKJ-2026Q3-v1"):
        call_command("verify_package", packages[0], "--at-least", label)


def test_a_cut_leads_on_too(spring: Edition, summer: Edition, tmp_path: Path) -> None:
    narrow = institution("bank-n", programmes=["SRDI"], include_name_only=False, formats=["jsonl", "parquet"])
    old, new = (fetched(edition, tmp_path / f"n-{edition.label}.zip", narrow) for edition in (spring, summer))
    assert verifying.verify(new, keys=signing.public_keys(), previous=old)["counts"]["members"] == 1
