"""Servers that benches measure: the site by the command that the README gives, on the bench's own data."""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.core.files.storage import default_storage

from tests.processes import database_url, signing_key

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
PATIENCE = 60


class FailedError(Exception):
    """What was fetched is not what was to be fetched, or a server did not come up."""


@contextmanager
def gunicorn(port: int, folder: Path, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """The site by the command that the README gives, but for its address."""
    words = re.search(r"^gunicorn .*$", (ROOT / "README.md").read_text(), re.M)
    if words is None:
        raise FailedError("README.md gives no command that begins with gunicorn")
    command = re.sub(r"--bind \S+", f"--bind {HOST}:{port}", words[0]).split()
    surroundings = os.environ | {
        "DATABASE_URL": database_url(),
        "SIGNING_KEY": signing_key(),
        "SECRET_KEY": "for the bench",
        "HTTPS": "no",
        "FILES_ROOT": default_storage.path(""),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "API_REQUESTS_PER_MINUTE": "100000",
    }
    with running([sys.executable, "-m", *command], surroundings | more, folder / "site.log", port) as process:
        yield process


@contextmanager
def running(
    command: list[str], surroundings: Mapping[str, str], log: Path, port: int
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as said:
        process = subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=said, stderr=subprocess.STDOUT)
    try:
        _await(process, port, log)
        yield process
    finally:
        process.terminate()
        process.wait()


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and process.poll() is None:
        try:
            line = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
            line.request("HEAD", "/")
            line.getresponse()
            return
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
    raise FailedError(f"did not come up: {log.read_text(errors='replace')[-2000:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
