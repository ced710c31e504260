"""Makes a backup: the database in one snapshot, and every file that this snapshot names.

Law: a backup is there whole or not at all, under its name only when all of it lies on the disk. Whatever breaks off
leaves nothing that counts, and is cleared away by the next one.
"""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from typing import IO, Any, cast

import psycopg
from django.apps import apps
from django.core.files.storage import default_storage
from django.db import connection

from config.keeping import enclosing, errors, finding, manifest, pool, programs, stored
from config.keeping.locking import alone
from config.keeping.manifest import EditionFacts, Kept, Manifest
from config.keeping.pool import UNFINISHED, Pool, settle

# Who is signed in is nothing that a restore should bring back.
_WITHOUT_ROWS = ("django_session",)
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"


class Snapshot:
    """The database as it stands at one moment, for as long as the block lasts."""

    def __init__(self, line: "psycopg.Connection[Any]") -> None:
        self._line = line
        self.id = str(self.ask("SELECT pg_export_snapshot()")[0][0])
        self.major = line.info.server_version // 10_000

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        return list(self._line.execute(query.encode()).fetchall())

    def rows(self) -> dict[str, int]:
        """How many rows each table holds."""
        tables = [str(table) for (table,) in self.ask(_TABLES) if table not in _WITHOUT_ROWS]
        return {table: int(self.ask(f'SELECT count(*) FROM "{table}"')[0][0]) for table in tables}  # noqa: S608

    def migrations(self) -> list[str]:
        return [f"{app}.{name}" for app, name in self.ask("SELECT app, name FROM django_migrations ORDER BY id")]

    def editions(self) -> list[EditionFacts]:
        """Those that were ever sealed."""
        table = apps.get_model("enterprises", "Edition")._meta.db_table
        query = (
            f'SELECT quarter, version, state, members, digest FROM "{table}" '  # noqa: S608
            "WHERE sealed_at IS NOT NULL ORDER BY quarter, version"
        )
        return [EditionFacts(*row) for row in self.ask(query)]

    def files(self) -> list[tuple[str, str]]:
        """Every stored file that a row names, with its sum where one is recorded."""
        named = {name: said for column in stored.columns() for name, said in self.ask(column.query)}
        return sorted(named.items())


def back_up(*, to: Path, recipients: Sequence[str], now: datetime) -> tuple[Manifest, int]:
    """Make a backup in the folder `to`; returns what it says of itself, and how many bytes were written.

    Raises a `KeepingError` that says what is wrong; nothing of it is left then.
    """
    enclosing.recipients(recipients)
    if pool.would_hold_the_store(to):
        raise errors.StoreInPool(to)
    name = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    try:
        to.mkdir(parents=True, exist_ok=True, mode=0o750)
        with alone(to):
            _clear_away(to)
            return _made(to, name, tuple(recipients), now)
    except OSError as error:
        with suppress(OSError):
            _clear_away(to)
        raise errors.FolderUnusable(to, error.strerror or error) from error


def _made(home: Path, name: str, recipients: tuple[str, ...], now: datetime) -> tuple[Manifest, int]:
    folder = home / f"{UNFINISHED}-{name}"
    folder.mkdir(mode=0o750)
    with _snapshot() as seen:
        size, dumped = _dump(seen, folder / manifest.DATABASE, recipients)
        files, missing, written = _files(seen.files(), Pool(home, recipients), home)
        made = Manifest(
            name=name,
            began_at=now.isoformat(),
            postgres=seen.major,
            recipients=list(recipients),
            database_sha256=dumped,
            database_size=size,
            migrations=seen.migrations(),
            editions=seen.editions(),
            rows=seen.rows(),
            files=files,
            missing=missing,
        )
    _write(folder / manifest.NAME, manifest.text(made))
    own = manifest.sum_of_file(folder / manifest.NAME)
    _write(folder / manifest.SUMS, f"{dumped}  {manifest.DATABASE}\n{own}  {manifest.NAME}\n")
    folder.rename(home / name)
    return made, written + size


@contextmanager
def _snapshot() -> Iterator[Snapshot]:
    parameters = connection.get_connection_params()
    try:
        with psycopg.connect(**parameters, autocommit=True) as line:
            line.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield Snapshot(line)
    except psycopg.OperationalError as error:
        raise errors.DatabaseUnreachable(error) from error


def _dump(seen: Snapshot, target: Path, recipients: tuple[str, ...]) -> tuple[int, str]:
    """Dump that snapshot, enclosed on its way where it is; returns its size and sum, as it lies there."""
    words = ["--format=custom", "--no-owner", "--no-privileges", "--lock-wait-timeout=60s", f"--snapshot={seen.id}"]
    words += [f"--exclude-table-data={table}" for table in _WITHOUT_ROWS]
    path, variables = programs.program("pg_dump", seen.major), programs.variables(connection.get_connection_params())
    with target.open("wb") as file:
        process = subprocess.Popen(  # noqa: S603 - our own words
            [path, *words], env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        try:
            _copy(cast(IO[bytes], process.stdout), file, recipients)
        except BaseException:
            process.kill()
            process.communicate()
            raise
        _rest, said = process.communicate()
        settle(file)
    if process.returncode:
        raise errors.ProgramFailed("pg_dump", said.decode(errors="replace"))
    return target.stat().st_size, manifest.sum_of_file(target)


def _copy(source: IO[bytes], target: IO[bytes], recipients: tuple[str, ...]) -> None:
    if recipients:
        enclosing.enclose(source, target, enclosing.recipients(recipients))
        return
    while piece := source.read(1 << 20):
        target.write(piece)


def _files(named: list[tuple[str, str]], kept: Pool, home: Path) -> tuple[list[Kept], list[str], int]:
    """Keep each file that is not kept yet; returns all, the names of those that the store lacks, and bytes written."""
    before = _kept_before(home)
    files, missing, written = [], [], 0
    for name, said in named:
        known = before.get(name)
        if known and said in ("", known.sha256) and kept.has(known):
            files.append(known)
            continue
        try:
            with default_storage.open(name) as stream:
                one, fresh = kept.keep(name, stream)
        except FileNotFoundError:
            missing.append(name)
            continue
        if said not in ("", one.sha256):
            missing.append(name)  # what lies there is not what was stored
            continue
        files.append(one)
        written += fresh
    return files, missing, written


def _kept_before(home: Path) -> Mapping[str, Kept]:
    """What the newest backup has; nothing where there is none, or where it cannot be trusted."""
    try:
        return pool.index(finding.newest_manifest(home).files)
    except errors.KeepingError:
        return {}


def _write(path: Path, text: str) -> None:
    with path.open("wb") as file:
        file.write(text.encode())
        settle(file)


def _clear_away(home: Path) -> None:
    """What a backup that was killed left behind."""
    for folder in home.glob(f"{UNFINISHED}-*"):
        rmtree(folder)
    for file in (home / pool.FOLDER).rglob(f"{UNFINISHED}-*"):
        file.unlink()
