"""Other processes of the product on a test's own database, broker and files: a worker, a command."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from config.local.stack import addresses
from pushes.signing import signer

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 120  # seconds, for a machine that is busy
_FIRST_REDIS_URL = settings.REDIS_URL


def database_url() -> str:
    """The test database, for other processes."""
    given = os.environ.get("DATABASE_URL") or addresses()["DATABASE_URL"]
    return urlsplit(given)._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


def signing_key() -> str:
    """The key with which other processes sign as this one does; a checkout's own is made when first asked for."""
    signer()
    return str(settings.SIGNING_KEY or settings.SIGNING_KEY_OF_CHECKOUT)


def redis_url() -> str:
    """A database of the Redis for this test process alone: another's worker would take our tasks."""
    number = 15 - int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 12
    bare = _FIRST_REDIS_URL.partition("?")[0]
    return f"{bare}?db={number}" if bare.startswith("unix:") else f"{bare.rpartition('/')[0]}/{number}"


@contextmanager
def worker(surroundings: dict[str, str], log: Path, *, ahead: int = 0) -> Iterator[subprocess.Popen[bytes]]:
    """A worker with one child, its clock so many seconds ahead; both are killed at the end, if they were not before."""
    words = [
        "-m",
        *(["tests.otherday", str(ahead)] if ahead else ["celery"]),
        "-A",
        "config",
        "worker",
        "--concurrency",
        "1",
        "--loglevel",
        "INFO",
        "--without-mingle",
        "--without-gossip",
    ]
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env=surroundings,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            until(lambda: " ready." in log.read_text(errors="replace") or process.poll() is not None, "the worker")
            yield process
        finally:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill -9 for the worker and its child."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def command(surroundings: dict[str, str], *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=surroundings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def until(condition: Callable[[], bool], what: str) -> None:
    ends = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < ends, f"waited in vain for {what}"
        time.sleep(0.05)
