"""Runs the site, a Celery worker and beat as child processes. Its law: none of them outlives us."""

import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from config.local.errors import DidNotStart, PortTaken
from config.local.launching import tail
from config.local.places import LOCAL, LOGS, ROOT

HOST = "127.0.0.1"
PATIENCE = 60.0
GRACE = 15.0
STOP_SIGNALS = (signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


@dataclass(frozen=True)
class Child:
    """A process to run: `ready` judges its log, which starts empty."""

    name: str
    command: tuple[str, ...]
    ready: Callable[[str], bool]
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        return LOGS / f"{self.name}.log"


@contextmanager
def processes(*children: Child) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run all children for the block, each with a log of its own; the block begins once all are ready.

    However the block ends, by Ctrl-C or SIGTERM too, each is asked to stop and, after a grace of 15 seconds,
    killed with all its descendants. Raises DidNotStart with the end of the log where one ends early.
    """
    running: list[subprocess.Popen[bytes]] = []
    with _signals_raise():
        try:
            for child in children:
                running.append(_spawn(child))
            for child, process in zip(children, running, strict=True):
                _await(child, process)
            yield running
        finally:
            _end_all(running)


@contextmanager
def worker(*, name: str = "demo", variables: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """Run a Celery worker for the block, which begins once it takes tasks; raises DidNotStart.

    `variables` are set in its environment, over our own.
    """
    with processes(_worker(name, variables or {})) as (process,):
        yield process


def serve(port: int, *, announce: Callable[[], None] = lambda: None) -> None:
    """Serve the site at 127.0.0.1 on `port` with a worker and beat until Ctrl-C or SIGTERM.

    Calls `announce` once all three are ready. Raises PortTaken; raises DidNotStart when one of them ends.
    """
    check_port(port)
    name_site(port)
    children = (_site(port), _worker("serve", {}), _beat())
    try:
        with processes(*children) as running:
            announce()
            while True:
                for child, process in zip(children, running, strict=True):
                    if process.poll() is not None:
                        raise DidNotStart(_obituary(child))
                time.sleep(0.3)
    except KeyboardInterrupt:
        return


def name_site(port: int) -> None:
    """Have letters and packages name the site as it is served here, unless the environment says how it is reached."""
    os.environ.setdefault("SITE_ADDRESS", f"http://{HOST}:{port}")


def check_port(port: int) -> None:
    """Raise PortTaken if the site cannot be served on `port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise PortTaken(
                f"Port {port} of this machine cannot be used ({error}). Stop the program that listens there, "
                f"or choose another port: PORT={port + 1 if 0 < port < 65535 else 8001}"
            ) from error


def _site(port: int) -> Child:
    words = f"-m gunicorn --no-control-socket --bind {HOST}:{port} --workers 2 --threads 4 config.wsgi"
    return Child("site", (sys.executable, *words.split()), lambda log: _responds(port))


def _worker(name: str, variables: Mapping[str, str]) -> Child:
    words = ("worker", "--concurrency", "2", "--loglevel", "INFO", "--hostname", f"{name}@%h")
    return Child(f"worker-{name}", _celery(*words), lambda log: " ready." in log, variables)


def _beat() -> Child:
    words = ("beat", "--loglevel", "INFO", "--schedule", str(LOCAL / "beat-schedule"))
    return Child("beat", _celery(*words), lambda log: "beat: Starting" in log)


def _celery(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "celery", "-A", "config", *words)


def _responds(port: int) -> bool:
    """Whether the site answers a request: gunicorn listens long before its workers have loaded it."""
    line = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
    try:
        line.request("HEAD", "/")
        return bool(line.getresponse().status)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()


def _spawn(child: Child) -> subprocess.Popen[bytes]:
    LOGS.mkdir(parents=True, exist_ok=True)
    with child.log.open("wb") as log:
        return subprocess.Popen(
            child.command,
            cwd=ROOT,
            env={**os.environ, **child.variables},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )


def _die_with_parent() -> None:
    """Have the kernel stop this process when its parent is killed with no chance to clean up."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _await(child: Child, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        if child.ready(child.log.read_text(errors="replace")):
            return
        time.sleep(0.1)
    raise DidNotStart(_obituary(child))


def _obituary(child: Child) -> str:
    return f"'{child.name}' did not come up or did not stay. The end of {child.log}:\n{tail(child.log)}"


def _end_all(running: list[subprocess.Popen[bytes]]) -> None:
    """Ask all to stop, wait, and kill what is left of their groups: orphans of a killed child as well."""
    for number in (signal.SIGINT, *STOP_SIGNALS):
        signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not interrupt this
    for process in running:
        process.terminate()
    deadline = time.monotonic() + GRACE
    for process in running:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def _signals_raise() -> Iterator[None]:
    """Turn each request to stop into an exception for the block, so that its cleaning up happens."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, *STOP_SIGNALS)}
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs are born deaf to it
    for number in STOP_SIGNALS:
        signal.signal(number, _leave)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
