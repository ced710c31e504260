"""The drop folder: a list and its sidecar are staged by themselves, put away, and wait; nothing else is touched."""

import fcntl
import json
import os
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from registry import errors, inbox
from registry.forms import notice_of_sidecar
from registry.models import ImportState, ListImport, Upload
from registry.tasks import sweep_inbox
from tests.conftest import Cells

pytestmark = pytest.mark.django_db
FACTS = {"programme": "SRDI", "notice": "recognition", "published_on": "2026-05-01"}
ROWS: Cells = [["序号", "企业名称"], ["1", "郑州甲科技有限公司"]]

Drop = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "inbox"
    made.mkdir()
    return made


@pytest.fixture
def drop(folder: Path, workbook: Callable[[Cells], Path]) -> Drop:
    """Put a list and its sidecar there, as if they had lain for a while."""

    def act(name: str = "名单.xlsx", sidecar: object = FACTS, rows: Cells = ROWS) -> Path:
        file = folder / name
        file.write_bytes(workbook(rows).read_bytes())
        text = sidecar if isinstance(sidecar, str) else json.dumps(sidecar, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
        for path in (file, folder / f"{name}.json"):
            os.utime(path, (1, 1))
        return file

    return act


def sweep(folder: Path, settled: float = 5.0) -> list[inbox.Taken]:
    return inbox.sweep(folder, read_sidecar=notice_of_sidecar, clock=timezone.now, settled=settled)


def lying(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_a_list_with_its_sidecar_is_staged_and_put_away(folder: Path, drop: Drop) -> None:
    facts = {
        "title": "公示名单",
        "valid_from": "2026-01-01",
        "is_full": True,
        "province_wide": False,
        "batch": "第一批",
    }
    drop(sidecar=FACTS | facts)
    (taken,) = sweep(folder)
    listed = ListImport.objects.get()
    assert (taken.import_id, taken.reason) == (listed.pk, "")
    assert (listed.state, listed.title, listed.is_full, listed.province_wide, listed.batch, listed.staged_by) == (
        ImportState.STAGED,
        "公示名单",
        True,
        False,
        "第一批",
        None,
    )
    assert Upload.objects.get().origin == str(folder / "名单.xlsx")
    assert lying(folder) == []
    assert [name.rpartition("-")[2] for name in lying(folder / "done")] == ["名单.xlsx", "名单.xlsx.json"]
    assert sweep(folder) == []


@pytest.mark.parametrize(
    ("sidecar", "told"),
    [
        ("{", "JSON"),
        ("[]", "JSON"),
        ("[" * 70_000, "JSON"),
        ("[" * 5_000, "JSON"),
        ({}, "programme"),
        (FACTS | {"programme": "NONE"}, "programme"),
        (FACTS | {"notice": "rumour"}, "notice"),
        (FACTS | {"published_on": "2026-02-30"}, "published_on"),
        (FACTS | {"published_on": "2999-01-01"}, "published_on"),
        (FACTS | {"publishd": "x"}, "publishd"),
        (FACTS | {"columns": {"a": "name"}}, "columns"),
        (FACTS | {"title": ["a"] * 200}, "title"),
        (FACTS | {"programme": {"a": 1}}, "programme"),
    ],
)
def test_a_sidecar_that_makes_no_sense_is_told(folder: Path, drop: Drop, sidecar: object, told: str) -> None:
    drop(sidecar=sidecar)
    (taken,) = sweep(folder)
    assert told in taken.reason
    assert not ListImport.objects.exists()
    file, _sidecar, why = lying(folder / "refused")
    assert why == f"{file}.why.txt"
    assert told in (folder / "refused" / why).read_text(encoding="utf-8")


def test_a_refused_list_is_put_away_with_its_reason_and_the_next_is_read(folder: Path, drop: Drop) -> None:
    drop("a.xlsx", rows=[["序号"], ["1"]])
    drop("b.xlsx")
    drop("c.xlsx")  # the same as b
    first, second, third = sweep(folder)
    assert (bool(first.reason), second.import_id, bool(third.reason)) == (True, ListImport.objects.get().pk, True)
    assert "a.xlsx" in first.reason
    assert lying(folder) == []


def test_what_is_not_complete_or_not_a_file_of_its_own_stays(folder: Path, drop: Drop, tmp_path: Path) -> None:
    drop("growing.xlsx").write_bytes(b"PK")  # just now
    (folder / "alone.xlsx").write_bytes(b"PK")
    (folder / "alone.json").write_text("{}")
    linked = drop("linked.xlsx").rename(tmp_path / "elsewhere.xlsx")
    (folder / "linked.xlsx").symlink_to(linked)
    before = lying(folder)
    assert sweep(folder) == []
    assert lying(folder) == before


def test_of_two_sweeps_one_works(folder: Path, drop: Drop) -> None:
    drop()
    handle = os.open(folder, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    assert sweep(folder) == []
    os.close(handle)
    assert len(sweep(folder)) == 1


def command(*words: Any) -> str:
    out = StringIO()
    call_command("watch_inbox", *words, stdout=out)
    return out.getvalue()


def test_the_command_tells_what_became_of_each_file(folder: Path, drop: Drop) -> None:
    drop("a.xlsx")
    drop("b.xlsx", rows=[["序号"], ["1"]])
    told = json.loads(command(folder, "--once", "--json"))
    assert (told["staged"], list(told["refused"])) == ([ListImport.objects.get().pk], ["b.xlsx"])
    assert command(folder, "--once").strip()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(CommandError, match="nowhere"):
        command(tmp_path / "nowhere", "--once")
    settings.LIST_INBOX = str(tmp_path / "nowhere")
    with pytest.raises(errors.NoInbox):
        sweep_inbox()


def test_the_sweep_of_beat_looks_where_the_settings_say(folder: Path, drop: Drop, settings: Settings) -> None:
    drop()
    sweep_inbox()
    assert not ListImport.objects.exists()
    settings.LIST_INBOX = str(folder)
    sweep_inbox()
    assert ListImport.objects.exists()
