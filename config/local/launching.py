"""Starts one server process and waits until it answers; stops it by the pid that it wrote down itself."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from config.local.dropping import Account
from config.local.errors import DidNotStart
from config.local.places import LOGS

PATIENCE = 60.0
GRACE = 30.0


@dataclass(frozen=True)
class Server:
    """A server by what it leaves on disk: enough to know whether it runs, and to stop it."""

    name: str
    label: str
    data: Path
    pid_file: Path
    answers: Callable[[], bool]
    stop_signals: tuple[signal.Signals, ...]

    @property
    def log(self) -> Path:
        return LOGS / f"{self.name}.log"

    def pid(self) -> int | None:
        """Return the running process's id, or None, also where another program has that id by now."""
        try:
            pid = int(self.pid_file.read_text().split("\n")[0])
            os.kill(pid, 0)
            if sys.platform == "linux" and not _works_in(self.data, Path(f"/proc/{pid}")):
                return None
        except (OSError, ValueError):
            return None
        return pid


def ask(path: Path, question: bytes = b"") -> str | None:
    """Return the first words heard on a unix socket after `question`, or None where nobody listens."""
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(5)
            line.connect(str(path))
            if not question:
                return ""
            line.sendall(question)
            return line.recv(100).decode("ascii", "replace")
    except OSError:
        return None


def launch(server: Server, account: Account, command: list[str]) -> None:
    """Start `server` and return once it answers; raises DidNotStart with the end of its log.

    After a kill -9 PostgreSQL's orphans hold its shared memory for some seconds: then it is tried again.
    """
    deadline = time.monotonic() + PATIENCE
    while not server.answers():
        _forget_dead(server)
        with server.log.open("ab") as log:
            process = subprocess.Popen(command, **account.options(), stdout=log, stderr=log, start_new_session=True)
        while process.poll() is None and not server.answers():
            if time.monotonic() > deadline:
                process.kill()
                process.wait()
            time.sleep(0.05)
        if process.poll() is not None:
            if time.monotonic() > deadline or not _is_passing(server):
                raise DidNotStart(f"{server.label} did not start. The end of {server.log}:\n{tail(server.log)}")
            time.sleep(0.5)


def stop(server: Server) -> None:
    """Stop `server` if it runs, gently first; returns once it is gone."""
    for number in server.stop_signals:
        pid = server.pid()
        if pid is None:
            return
        os.kill(pid, number)
        deadline = time.monotonic() + GRACE
        while server.pid() is not None and time.monotonic() < deadline:
            time.sleep(0.05)
        if server.pid() is None:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)  # where we started it ourselves


def tail(log: Path, lines: int = 15) -> str:
    """Return the last lines of a log file."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def _is_passing(server: Server) -> bool:
    """Whether the last words of a server that ended are about another one that is just going."""
    return any(sign in tail(server.log, lines=3) for sign in ("shared memory block", "lock file"))


def _forget_dead(server: Server) -> None:
    """Remove the pid file of a server of which no process is left.

    Its number may be another program's by now, e.g. after a power cut, and PostgreSQL would not start beside
    that. While orphans live the file must stay: it tells PostgreSQL of them.
    """
    if sys.platform == "linux" and not any(_works_in(server.data, process) for process in Path("/proc").iterdir()):
        server.pid_file.unlink(missing_ok=True)


def _works_in(folder: Path, process: Path) -> bool:
    try:
        return (process / "cwd").readlink() == folder
    except OSError:
        return False
