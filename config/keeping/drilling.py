"""The restore drill: the newest backup is restored aside, and proves itself there. Law: nothing of the site is touched.

Digests of editions and sums of packages are computed anew by the commands that `DRILL_PROOFS` names, on the restored
database and files alone.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any, LiteralString
from urllib.parse import quote, urlencode

import psycopg
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from psycopg import sql

from config.keeping import enclosing, errors, finding, restoring
from config.keeping.manifest import Manifest
from config.keeping.targets import Target

_LOCK = "SELECT pg_try_advisory_lock(hashtext('keeping.drilling'))"
_STRAYS = r"SELECT datname FROM pg_database WHERE datname LIKE 'restore\_drill\_%'"
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Proof:
    """What a proving command said."""

    command: str
    said: str


def drill(
    *, folder: Path, server: Mapping[str, Any], keys: enclosing.Keys = (), scratch: Path | None = None
) -> tuple[Manifest, list[Proof]]:
    """Restore the backup into a scratch database on `server` and a scratch folder, prove it, and drop both.

    Raises a `KeepingError` where any of it fails.
    """
    restoring.refuse_wrong_key(folder, finding.manifest_of(folder), keys)
    with (
        TemporaryDirectory(prefix="restore-drill-", dir=scratch) as files,
        _database(server) as parameters,
    ):
        target = Target(parameters, FileSystemStorage(location=files))
        told = restoring.restore(folder=folder, target=target, keys=keys)
        return told, [_proved(command, parameters, files) for command in settings.DRILL_PROOFS]


@contextmanager
def _database(server: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A database of its own for the block; those that killed drills left behind are dropped. Raises `DrillAtWork`."""
    name = f"restore_drill_{token_hex(4)}"
    line = Target(server, FileSystemStorage()).line()
    try:
        if not _one(line, _LOCK):
            raise errors.DrillAtWork
        for (stray,) in line.execute(_STRAYS).fetchall():
            line.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(stray)))
        try:
            line.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege as error:
            raise errors.NoRightToCreate(str(server.get("user", "")), error) from error
        try:
            yield {**server, "dbname": name}
        finally:
            line.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    finally:
        line.close()


def _one(line: "psycopg.Connection[Any]", query: LiteralString) -> Any:
    row = line.execute(query).fetchone()
    return row[0] if row else None


def _proved(command: str, parameters: Mapping[str, Any], files: str) -> Proof:
    done = subprocess.run(  # noqa: S603 - the settings' own words
        [sys.executable, "manage.py", *command.split()],
        cwd=_ROOT,
        env=_surroundings(parameters, files),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise errors.NotProved(
            [f"{command}: {line}" for line in (done.stderr or done.stdout).strip().splitlines()[-5:]]
        )
    return Proof(command, done.stdout.strip())


def _surroundings(parameters: Mapping[str, Any], files: str) -> dict[str, str]:
    """What a command must know to work on the restored site, and on nothing else."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("FILES_STORE", "ACCEL_REDIRECT", "MIGRATE_DATABASE_URL")
    }
    return kept | {
        "DATABASE_URL": address_of(parameters),
        "FILES_ROOT": files,
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": settings.SECRET_KEY,
        "BACKUP_DIR": "",
    }


def address_of(parameters: Mapping[str, Any]) -> str:
    """The address of a database, as DATABASE_URL has it."""
    user = quote(str(parameters.get("user", "")), safe="")
    password = quote(str(parameters.get("password", "")), safe="")
    host, more = str(parameters.get("host", "")), {k: v for k, v in parameters.items() if k.startswith("ssl")}
    if host.startswith("/"):
        host, more = "", {**more, "host": host}
    port = f":{parameters['port']}" if host and parameters.get("port") else ""
    who = f"{user}:{password}@" if password else f"{user}@" if user else ""
    query = f"?{urlencode(more)}" if more else ""
    return f"postgresql://{who}{host}{port}/{quote(str(parameters['dbname']))}{query}"
