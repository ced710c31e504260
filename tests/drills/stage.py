"""The stage: a copy of the demonstration's database and files, and the site, a worker and beat on it.

Law: the demonstration itself is not touched; what is stopped is this checkout's own.
"""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import requests

from config.local import stack
from config.local.places import LOCAL, ROOT
from config.local.serving import Child, processes
from tests.drills.people import ENTRIES, Entry, seed

NAME = "drills"
INSTITUTIONS = 40  # that are owed a mail each


@dataclass(frozen=True)
class Stage:
    """Where the site answers, what its processes know, and the people who load it."""

    site: str
    folder: Path
    variables: Mapping[str, str]
    staff: Entry
    bank: Entry

    @property
    def files(self) -> Path:
        return Path(self.variables["FILES_ROOT"])


@contextmanager
def set_up(folder: Path, *, smtp: int, more: Mapping[str, str], room_megabytes: int = 0) -> Iterator[Stage]:
    """Copy, seed, start; all of it is taken down at the end. With `room_megabytes` files lie on a disk of that size."""
    stack.up()
    port = _free_port()
    with _files(folder / "files", room_megabytes), _database():
        variables = _variables(folder, smtp, port) | dict(more)
        seed(variables, institutions=INSTITUTIONS)
        people = {name: Entry(**one) for name, one in ENTRIES(folder).items()}
        children = _children(port, folder, variables)
        with processes(*children):
            yield Stage(f"http://127.0.0.1:{port}", folder, variables, people["staff"], people["bank"])


def command(variables: Mapping[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    """A command of the product on the stage's data."""
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT, env={**os.environ, **variables}, capture_output=True, text=True,
    )  # fmt: skip


def _variables(folder: Path, smtp: int, port: int) -> dict[str, str]:
    own = stack.addresses()
    return {
        "DATABASE_URL": own["DATABASE_URL"].replace("@/app?", f"@/{NAME}?"),
        "REDIS_URL": own["REDIS_URL"].replace("?db=0", "?db=9"),
        "SECRET_KEY": "for drills alone",
        "SIGNING_KEY": str(LOCAL / "signing_key.pem"),
        "FILES_ROOT": str(folder / "files"),
        "DRILL_FOLDER": str(folder),
        "BACKUP_DIR": "",
        "HTTPS": "no",
        "MFA_REQUIRED": "none",
        "PASSWORD_DAYS": "0",
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp}",
        "OPERATIONS_MAIL": "ops@example.org",
        "BUREAU_MAIL": "bureau@example.org",
        "METRICS_NETWORKS": "127.0.0.0/8",
        "LOG_FORMAT": "json",
        "LOOKUPS_PER_MINUTE": "1000000",
        "LOOKUPS_PER_DAY": "10000000",
        "LOOKUPS_TOTAL_PER_MINUTE": "10000000",
        "LIST_READ_AT_ONCE_KILOBYTES": "8",
        "DELIVERY_LEASE_SECONDS": "30",
        "SITE_ADDRESS": f"http://127.0.0.1:{port}",
    }


def _children(port: int, folder: Path, variables: Mapping[str, str]) -> list[Child]:
    site = f"-m gunicorn --no-control-socket --bind 127.0.0.1:{port} --workers 2 --threads 8 config.wsgi"
    celery = (sys.executable, "-m", "celery", "-A", "config")
    beat = (*celery, "beat", "--schedule", str(folder / "beat-schedule"))
    return [
        Child("drill-site", (sys.executable, *site.split()), lambda log: _answers(port), variables),
        Child("drill-worker", (*celery, "worker", "--concurrency", "2"), lambda log: " ready." in log, variables),
        Child("drill-beat", beat, lambda log: "beat: Starting" in log, variables),
    ]


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/health/web", timeout=30).ok
    except requests.RequestException:
        return False


@contextmanager
def _database() -> Iterator[None]:
    """A copy of the demonstration's."""
    own = stack.addresses()["DATABASE_URL"]
    with psycopg.connect(own.replace("@/app?", "@/postgres?"), autocommit=True) as line:
        line.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        line.execute(f"CREATE DATABASE {NAME} TEMPLATE app")
    yield
    with psycopg.connect(own.replace("@/app?", "@/postgres?"), autocommit=True) as line:
        line.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


@contextmanager
def _files(folder: Path, megabytes: int) -> Iterator[None]:
    """A copy of the demonstration's; on a disk of its own where a size is given, which takes root."""
    folder.mkdir()
    if megabytes:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "drill", folder], check=True)
    try:
        shutil.copytree(LOCAL / "files", folder, dirs_exist_ok=True)
        yield
    finally:
        if megabytes:
            subprocess.run(["umount", "--lazy", folder], check=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
