"""Scratch checkouts: copies of the local stack's code in folders of their own, and how to command them."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from config.local import stack
from config.local.stack import State

SOURCE = Path(stack.__file__).parent
SITE_PACKAGES = sysconfig.get_path("purelib")
AS_ROOT = os.geteuid() == 0


@dataclass
class Checkout:
    """A copy of the local stack's code in a folder of its own, and how to command it."""

    root: Path
    python: str = sys.executable
    uid: int | None = None
    variables: dict[str, str] = field(default_factory=dict)

    def place(self) -> "Checkout":
        shutil.copytree(SOURCE, self.root / "config" / "local", ignore=shutil.ignore_patterns("__pycache__"))
        (self.root / "config" / "__init__.py").touch()
        if self.uid is not None:
            for path in (self.root, *self.root.rglob("*")):
                os.chown(path, self.uid, self.uid)
        return self

    def popen(self, *words: str, **options: Any) -> "subprocess.Popen[str]":
        hidden = ("PG", "DATABASE_URL", "REDIS_URL", "LOCAL_SERVERS", "PYTHON")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
        if self.uid is not None:
            options |= {"user": self.uid, "group": self.uid, "extra_groups": []}
        return subprocess.Popen(
            [self.python, "-m", "config.local", *words],
            cwd=self.root,
            env=inherited | {"PYTHONPATH": SITE_PACKAGES, "PYTHONDONTWRITEBYTECODE": "1"} | self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **options,
        )

    def local(self, *words: str, code: int = 0) -> str:
        process = self.popen(*words)
        output, _ = process.communicate(timeout=120)
        assert process.returncode == code, output
        return output

    def state(self) -> State:
        return State(**json.loads((self.root / ".local" / "state.json").read_text()))

    def is_up(self) -> bool:
        return (self.root / ".local" / "state.json").exists() and self.state().answers()

    def pid(self) -> int:
        pid = self.state().servers()[0].pid()
        assert pid is not None
        return pid

    def sql(self, text: str) -> Any:
        with psycopg.connect(host=self.state().sockets, user="app", dbname="app", autocommit=True) as line:
            cursor = line.execute(text)
            return cursor.fetchone() if cursor.description else None


class placed:
    """A checkout for the block; nothing of it stays behind."""

    def __init__(self, root: Path, **options: Any) -> None:
        root.mkdir(parents=True)
        self.checkout = Checkout(root, **options).place()

    def __enter__(self) -> Checkout:
        return self.checkout

    def __exit__(self, *_: object) -> None:
        self.checkout.local("destroy")


def processes_in(folder: Path) -> list[str]:
    """The processes that work in `folder`."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if link.readlink().is_relative_to(folder):
                found.append(link.parent.name)
        except OSError:
            continue
    return found


def wait_until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def interpreter_for(uid: int) -> str:
    """A Python that this uid may execute, and that sees the wheels; skips where there is none."""
    for python in (sys.executable, "/usr/bin/python3"):
        test = "import sys, os; assert sys.version_info >= (3, 11) and os.path.isdir(sys.argv[1])"
        try:
            done = subprocess.run([python, "-c", test, SITE_PACKAGES], user=uid, cwd="/", capture_output=True)
        except OSError:
            continue
        if done.returncode == 0:
            return python
    pytest.skip(f"no Python 3.11 here may be executed by uid {uid}")
