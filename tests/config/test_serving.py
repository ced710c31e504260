"""Child processes: none outlives whoever started it, and one that fails says why."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.local import demo
from config.local.errors import DidNotStart, PortTaken
from config.local.serving import Child, check_port, processes
from tests.config.scratch import wait_until

ROOT = Path(__file__).parents[2]
PARENT_OF_TWO = """
import subprocess
child = subprocess.Popen(["sleep", "100"])
print("ready", child.pid, flush=True)
child.wait()
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(100)
"""
# A program that supervises one such child until it is told to stop.
SUPERVISOR = f"""
import pathlib, sys, time
from config.local import serving
serving.LOGS = pathlib.Path(sys.argv[1])
child = serving.Child('child', (sys.executable, '-c', {PARENT_OF_TWO!r}), lambda log: 'ready' in log)
with serving.processes(child) as (process,):
    print(process.pid, child.log.read_text().split()[1], flush=True)
    time.sleep(100)
"""


@pytest.fixture(autouse=True)
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr("config.local.serving.LOGS", tmp_path)
    yield tmp_path


def child(name: str, code: str, ready: str = "ready") -> Child:
    return Child(name, (sys.executable, "-c", code), lambda log: ready in log)


def lives(pid: int) -> bool:
    """Whether a process lives; one that ended and that nobody has asked after does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_all_are_ready_within_the_block_and_gone_after_it() -> None:
    with processes(child("one", PARENT_OF_TWO), child("two", PARENT_OF_TWO)) as running:
        pids = [process.pid for process in running]
        assert all(lives(pid) for pid in pids)
    assert not any(lives(pid) for pid in pids)


def test_orphans_of_a_killed_child_are_stopped(logs: Path) -> None:
    with processes(child("parent", PARENT_OF_TWO)) as (process,):
        orphan = int((logs / "parent.log").read_text().split()[1])
        process.kill()
        process.wait()
        assert lives(orphan)
    wait_until(lambda: not lives(orphan))


def test_a_child_that_will_not_stop_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.local.serving.GRACE", 0.2)
    with processes(child("stubborn", STUBBORN)) as (process,):
        pass
    assert process.returncode == -signal.SIGKILL


def test_a_child_that_fails_says_why_and_takes_the_others_along(logs: Path) -> None:
    children = child("good", PARENT_OF_TWO), child("bad", "raise SystemExit('out of luck')")
    with pytest.raises(DidNotStart, match=r"'bad' did not come up(?s:.)*out of luck"), processes(*children):
        pytest.fail("the block must not begin")
    good = int((logs / "good.log").read_text().split()[1])
    wait_until(lambda: not lives(good))


def test_handlers_of_signals_are_as_before() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    with processes(child("one", PARENT_OF_TWO)):
        pass
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_children_end_with_their_supervisor(number: signal.Signals, tmp_path: Path) -> None:
    if number == signal.SIGKILL and sys.platform != "linux":
        pytest.skip("only Linux tells a child that its parent was killed")
    command = [sys.executable, "-c", SUPERVISOR, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout
        pids = [int(word) for word in program.stdout.readline().split()]
        assert len(pids) == 2 and all(lives(pid) for pid in pids)
        program.send_signal(number)
        program.wait(30)
    wait_until(lambda: not lives(pids[0]))
    if number == signal.SIGKILL:
        os.kill(pids[1], signal.SIGKILL)  # beyond what anybody can promise
    wait_until(lambda: not lives(pids[1]))


def test_the_site_is_named_with_its_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SITE_ADDRESS", raising=False)
    monkeypatch.setenv("PORT", "8017")
    monkeypatch.setenv("SERVE", "0")
    named = []
    monkeypatch.setattr(demo, "_run", lambda _size: named.append(os.environ["SITE_ADDRESS"]))
    assert demo.main() == 0
    monkeypatch.setenv("SITE_ADDRESS", "http://registry.example")
    assert demo.main() == 0
    assert named == ["http://127.0.0.1:8017", "http://registry.example"]


def test_a_port_in_use_is_named_with_another_to_choose() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} .* PORT={port + 1}"):
            check_port(port)
    check_port(port)


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_number_that_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(PortTaken, match="PORT=8001"):
        check_port(port)
