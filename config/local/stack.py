"""The stack as a whole: up, down, and the state file by which everything in this checkout finds it.

Settings import this module, so it needs nothing beyond the standard library.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO
from urllib.parse import quote

from config.local import postgres, redis
from config.local.dropping import elsewhere, settle
from config.local.errors import FolderNotOurs
from config.local.finding import find_postgres, find_redis
from config.local.launching import Server, stop
from config.local.places import LOCAL, LOCK, LOGS, REDIS_SOCKET, ROOT, STATE, TAG, USERS, socket_folder


@dataclass(frozen=True)
class State:
    """A started stack, as the state file keeps it. `kept`: somebody asked for it to stay up."""

    root: str
    sockets: str
    programs: str
    postgres: str
    postgres_data: str
    redis: str
    redis_data: str
    kept: bool = False

    def servers(self) -> tuple[Server, Server]:
        sockets = Path(self.sockets)
        return (
            postgres.server(self.postgres, Path(self.postgres_data), sockets),
            redis.server(self.redis, Path(self.redis_data), sockets),
        )

    def answers(self) -> bool:
        return all(server.answers() for server in self.servers())


def addresses() -> dict[str, str]:
    """Return DATABASE_URL and REDIS_URL of this checkout's stack, or nothing while it is down."""
    state = read_state()
    if state is None:
        return {}
    return {
        "DATABASE_URL": f"postgresql://{postgres.NAME}@/{postgres.NAME}?host={quote(state.sockets, safe='')}",
        "REDIS_URL": f"unix://{quote(state.sockets)}/{REDIS_SOCKET}?db=0",
    }


def client_variables() -> dict[str, str]:
    """Return the variables by which psql is found and finds the database, or nothing while it is down."""
    state = read_state()
    if state is None:
        return {}
    path = os.environ.get("PATH", os.defpath) + os.pathsep + state.programs
    name = postgres.NAME
    return {"PATH": path, "PGHOST": state.sockets, "PGPORT": "5432", "PGUSER": name, "PGDATABASE": name}


def read_state() -> State | None:
    """Return the stack that this checkout started; a file copied with a checkout tells of another's."""
    try:
        state = State(**json.loads(STATE.read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return state if state.root == str(ROOT) else None


def up() -> tuple[State, bool]:
    """Start what does not run yet and keep it up until `down`; raises LocalStackError.

    Returns the stack, and whether anything had to be started.
    """
    with _alone():
        state, started = _start()
        return _write_state(replace(state, kept=True)), started


def down() -> None:
    """Stop what runs."""
    with _alone():
        _stop()


def destroy() -> None:
    """Stop what runs and delete its databases."""
    with _alone():
        _stop()
        for home in (LOCAL / TAG, elsewhere(), elsewhere().with_name(elsewhere().name + "-binaries")):
            shutil.rmtree(home, ignore_errors=True)


@contextmanager
def using() -> Iterator[State]:
    """Hold the stack up for the block. Whoever leaves last stops it, unless somebody asked to keep it up."""
    with _private(USERS) as users:
        with _alone():
            fcntl.flock(users, fcntl.LOCK_SH)
            state, _ = _start()
        try:
            yield state
        finally:
            with _alone():
                now = read_state()
                if now and not now.kept and _nobody_else(users):
                    _stop()


def _start() -> tuple[State, bool]:
    state = read_state()
    if state and state.answers():
        return state, False
    found_postgres, found_redis = find_postgres(), find_redis()
    account, (found_postgres, found_redis) = settle(found_postgres, found_redis)
    sockets = socket_folder(account.home, TAG, account.uid)
    account.own_folder(sockets)
    state = _write_state(
        State(
            root=str(ROOT),
            sockets=str(sockets),
            programs=str(found_postgres.folder),
            postgres=found_postgres.label,
            postgres_data=str(account.home / f"pg{found_postgres.major}"),
            redis=found_redis.label,
            redis_data=str(account.home / "redis"),
            kept=state.kept if state else False,
        )
    )
    try:
        first, second = state.servers()
        postgres.start(first, account, found_postgres, sockets)
        redis.start(second, account, found_redis, sockets)
    except BaseException:
        _stop()
        raise
    return state, True


def _stop() -> None:
    state = read_state()
    if state is None:
        return
    for server in reversed(state.servers()):
        stop(server)
    shutil.rmtree(state.sockets, ignore_errors=True)
    STATE.unlink()


def _write_state(state: State) -> State:
    unfinished = STATE.with_suffix(".new")
    unfinished.write_text(json.dumps(asdict(state), indent=1) + "\n")
    unfinished.replace(STATE)
    return state


@contextmanager
def _alone() -> Iterator[None]:
    """Hold back other commands of this checkout while one starts or stops servers."""
    with _private(LOCK) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _private(path: Path) -> IO[str]:
    """Open a lock file under .local/; raises FolderNotOurs where that belongs to somebody else."""
    try:
        LOGS.mkdir(parents=True, exist_ok=True)
        return path.open("a")
    except PermissionError as error:
        owner = LOCAL.stat().st_uid if LOCAL.exists() else ROOT.stat().st_uid
        raise FolderNotOurs(
            f"{path} cannot be written: uid {owner} owns its folder. Work as that user, or remove {LOCAL}."
        ) from error


def _nobody_else(users: IO[str]) -> bool:
    with suppress(BlockingIOError):
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
