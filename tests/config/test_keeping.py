"""Backup, restore and drill on real parts: what was kept comes back whole, and what is damaged is refused in words."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pyrage
import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import FileField
from django.utils import timezone
from pytest_django import Settings

from config.keeping import (
    backing_up,
    checks,
    drilling,
    enclosing,
    errors,
    finding,
    manifest,
    pool,
    programs,
    restoring,
    retaining,
    running,
    stored,
    targets,
)
from config.keeping.locking import alone
from config.keeping.manifest import Kept
from config.keeping.models import KeepingRun, RunKind
from config.keeping.retaining import Rule
from config.keeping.targets import Target
from enterprises.models import Edition
from pushes import delivering
from pushes.models import Package
from tests.processes import ROOT
from tests.pushes.making import institution, record, sealed_edition

NOW = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Path:
    settings.BACKUP_DIR = str(tmp_path / "backups")
    settings.BACKUP_RECIPIENTS = []
    settings.DRILL_PROOFS = []
    return tmp_path / "backups"


@pytest.fixture
def site(db: None) -> Edition:
    """A sealed edition and its package, as the database and the store hold them."""
    edition = sealed_edition("2026Q3", [record(1), record(2)])
    institution("bank-a")
    delivering.sweep(clock=timezone.now)
    return edition


@pytest.fixture
def scratch(site: Edition) -> Iterator[dict[str, Any]]:
    """An empty database beside the test's own."""
    with drilling._database(targets.owner_parameters()) as parameters:
        yield parameters


def flip(path: Path) -> None:
    """One bit."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def tables(parameters: dict[str, Any]) -> int:
    with psycopg.connect(**parameters) as line:
        row = line.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    return int(row[0]) if row else 0


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_what_was_kept_comes_back_and_what_is_damaged_is_refused(
    home: Path, site: Edition, scratch: dict[str, Any], tmp_path: Path
) -> None:
    package = Package.objects.get()
    first = running.back_up(clock=lambda: NOW)
    second = running.back_up(clock=lambda: NOW + DAY)
    assert first.size > second.size  # no file is written twice
    folder = finding.newest(home)
    told = finding.whole(folder)
    assert [one.digest for one in told.editions] == [site.digest]
    assert [one.sha256 for one in told.files] == [package.sha256]
    assert not [secret for secret in ("SECRET", os.environ.get("SECRET_KEY") or "-") if secret in told.migrations]

    target = Target(scratch, FileSystemStorage(location=tmp_path / "restored"))
    kept = home / told.files[0].path
    for path in (folder / manifest.DATABASE, folder / manifest.NAME, kept):
        whole = path.read_bytes()
        for harm in (flip, lambda one: one.write_bytes(one.read_bytes()[:-7]), Path.unlink):
            harm(path)
            with pytest.raises((errors.BackupDamaged, errors.NoBackup)):
                restoring.restore(folder=folder, target=target)
            path.write_bytes(whole)
    assert (tables(scratch), (tmp_path / "restored").exists()) == (0, False)  # nothing was touched

    restoring.restore(folder=folder, target=target)
    with psycopg.connect(**scratch) as line:
        assert line.execute("SELECT digest FROM enterprises_edition").fetchall() == [(site.digest,)]
        assert line.execute("SELECT count(*) FROM django_session").fetchall() == [(0,)]
        with pytest.raises(psycopg.Error, match="sealed"):  # the law came along
            line.execute("UPDATE enterprises_edition SET digest = 'x'")
    assert manifest.sum_of_file(tmp_path / "restored" / str(package.file.name)) == package.sha256
    with pytest.raises(errors.NotEmpty):
        restoring.restore(folder=folder, target=target)
    restoring.restore(folder=folder, target=target, replace=True)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_drill_proves_a_backup_that_only_its_keeper_opens(
    home: Path, site: Edition, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    identity, stranger = (pyrage.x25519.Identity.generate() for _turn in range(2))
    mine, other = tmp_path / "mine.key", tmp_path / "other.key"
    mine.write_text(f"# made by age-keygen\n{identity}\n")
    other.write_text(f"{stranger}\n")
    settings.BACKUP_RECIPIENTS = [str(identity.to_public())]
    call_command("backup")
    assert "已完成" in capsys.readouterr().out
    told = finding.whole(finding.newest(home))
    inside = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file() and path.suffix != ".json")
    assert b"PGDMP" not in inside
    assert b"PK\x03\x04" not in inside
    for words, options in (
        ("私钥", []),
        ("打不开", ["--identity", str(other)]),
        ("没有 age 私钥", ["--identity", __file__]),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("restore_drill", *options)
    settings.DRILL_PROOFS = ["prove_editions"]
    call_command("restore_drill", "--identity", str(mine))
    said = capsys.readouterr().out
    assert "演练通过" in said
    assert site.digest in said
    assert KeepingRun.objects.filter(kind=RunKind.DRILL, ok=True).get().name == told.name
    assert KeepingRun.objects.filter(kind=RunKind.DRILL, ok=False).count() == 3  # they are on record, too
    with connection.cursor() as cursor:
        cursor.execute(r"SELECT datname FROM pg_database WHERE datname LIKE 'restore\_drill\_%'")
        assert cursor.fetchall() == []


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_backup_that_breaks_off_leaves_nothing_that_counts(
    home: Path, site: Edition, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    full = backing_up._write

    def no_room(path: Path, text: str) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(backing_up, "_write", no_room)
        with pytest.raises(errors.FolderUnusable, match="No space left"):
            running.back_up(clock=lambda: NOW)
    assert full is backing_up._write
    assert (finding.names(home), list(home.glob(".unfinished*"))) == ([], [])
    failed = KeepingRun.objects.get()
    assert (failed.ok, "No space left" in failed.words) == (False, True)

    (home / ".unfinished-20260901T000000Z").mkdir()  # of one that was killed
    (home / "files" / "open" / ".unfinished-1").write_bytes(b"half")
    package = Package.objects.get()
    default_storage.delete(str(package.file.name))
    run = running.back_up(clock=lambda: NOW)
    assert (run.ok, run.missing) == (True, 1)
    assert str(package.file.name) in run.words
    assert list(home.rglob(".unfinished*")) == []
    default_storage.save(str(package.file.name), ContentFile(b"other bytes"))
    assert running.back_up(clock=lambda: NOW + DAY).missing == 1  # what lies there is not what was stored

    with (
        monkeypatch.context() as older,
        pytest.raises(errors.NoProgram, match="POSTGRES_BIN"),
    ):
        older.setattr(programs, "installed", lambda name: {Path("/usr/bin/pg_dump"): 9})
        running.back_up(clock=lambda: NOW + 2 * DAY)
    settings.BACKUP_RECIPIENTS = ["age1nobody"]
    with pytest.raises(errors.NoRecipient):
        running.back_up(clock=lambda: NOW + 2 * DAY)
    settings.BACKUP_DIR = ""
    with pytest.raises(errors.NoFolder):
        running.back_up(clock=lambda: NOW)


def test_old_backups_go_and_files_that_none_names_with_them(tmp_path: Path) -> None:
    names = [f"{NOW + n * DAY:%Y%m%dT%H%M%S}Z" for n in range(-400, 1)]
    stay = sorted(retaining.kept_of(names, Rule(daily=3, weekly=2, monthly=2)))
    assert [name[:8] for name in stay] == ["20260927", "20260929", "20260930", "20261001"]
    assert retaining.kept_of(names[-1:], Rule(1, 0, 0)) == set(names[-1:])
    assert retaining.kept_of([], Rule(1, 0, 0)) == set()
    kept, old = (tmp_path / "files/open/ab" / (letter * 64) for letter in "ab")
    enclosed = tmp_path / f"files/0123abcd/ab/{'b' * 64}-{'c' * 16}.age"
    others = tmp_path / "files/packages/2026Q3/ZZKJ.zip"
    for path in (kept, old, enclosed, others):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    assert pool.sweep(tmp_path, {str(kept.relative_to(tmp_path))}) == 2
    assert kept.exists()
    assert others.exists()  # what is not a backup's is nobody's to sweep


@pytest.mark.parametrize(("name", "path"), [("../evil", "files/open/a"), ("a", "../../etc/x"), ("/etc/x", "a")])
def test_a_manifest_that_leads_out_is_none(name: str, path: str) -> None:
    facts = {"format": manifest.FORMAT, "editions": [], "files": [asdict(Kept(name, "", 0, path, ""))]}
    with pytest.raises(ValueError, match="outside"):
        manifest.parsed(json.dumps(facts))


def test_backups_never_lie_where_the_site_keeps_its_own_files(settings: Settings, tmp_path: Path) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "files")},
    }}  # fmt: skip
    settings.BACKUP_DIR = str(tmp_path)
    with pytest.raises(errors.StoreInPool):
        backing_up.back_up(to=tmp_path, recipients=[], now=NOW)
    assert checks.STORE in [found.id for found in checks.backups(None)]
    settings.BACKUP_DIR = str(tmp_path / "backups")
    assert checks.STORE not in [found.id for found in checks.backups(None)]


def test_every_column_that_names_a_stored_file_is_known() -> None:
    """A model that keeps files by another kind of field must be named in `stored.NAMED`."""
    by_field = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, FileField) or field.name in ("stored", "file_stored")
    }
    assert {(one.table, one.column) for one in stored.columns()} == by_field
    savers = {
        str(path.relative_to(ROOT))
        for app in ("registry", "enterprises", "pushes", "financing", "config")
        for path in (ROOT / app).rglob("*.py")
        if re.search(r"default_storage\.save\(|storage\.save\(", path.read_text())
    }
    assert savers <= {
        "registry/uploading.py", "registry/storing.py", "enterprises/enclosing.py", "pushes/packaging.py",
        "pushes/enclosed_files.py",  # lists of customers: kept for hours, and in no backup
        "config/watching/probes.py", "registry/exporting.py",
    }, "say in config/keeping/stored.py where the database names these files"  # fmt: skip


@pytest.mark.parametrize(
    ("parameters", "address"),
    [
        ({"dbname": "app", "user": "app", "host": "/run/pg"}, "postgresql://app@/app?host=%2Frun%2Fpg"),
        (
            {"dbname": "r", "user": "u", "password": "p@/:w", "host": "db.example", "port": 5433, "sslmode": "require"},
            "postgresql://u:p%40%2F%3Aw@db.example:5433/r?sslmode=require",
        ),
    ],
)
def test_a_database_has_one_address(parameters: dict[str, Any], address: str) -> None:
    assert drilling.address_of(parameters) == address
    again = targets.parameters_of(address)
    assert {name: str(value) for name, value in again.items()} == {
        name: str(value) for name, value in parameters.items()
    }
    assert "p@/:w" not in " ".join(map(str, programs.variables(parameters).keys()))


def test_only_one_backup_at_a_time(home: Path) -> None:
    home.mkdir()
    held = (
        "import fcntl, sys, time; file = open(sys.argv[1], 'a'); fcntl.flock(file, fcntl.LOCK_EX); "
        "print('held', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", held, str(home / ".lock")], stdout=subprocess.PIPE)
    try:
        assert other.stdout and other.stdout.readline() == b"held\n"
        with pytest.raises(errors.AtWork):
            backing_up.back_up(to=home, recipients=[], now=NOW)
    finally:
        other.send_signal(signal.SIGKILL)
        other.wait()
    with alone(home):  # the lock ended with its holder
        assert enclosing.recipients([]) == []


def test_the_table_of_what_is_kept_names_settings_that_there_are(settings: Settings) -> None:
    table = (ROOT / "docs/backup.md").read_text().partition("## 六")[2]
    named = re.findall(r"`([A-Z]+_[A-Z_]+)`", table)
    assert {"UPLOADS_KEPT_DAYS", "RECEIPTS_KEPT_YEARS", "OBJECTION_KEPT_DAYS", "WATCH_KEPT_DAYS"} <= set(named)
    missing = [name for name in named if not hasattr(settings, name) and name != "IDLE_MINUTES"]
    assert missing == []
