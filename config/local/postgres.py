"""PostgreSQL for this checkout: its data folder, how it is started, and the one database `app`."""

import shutil
import signal
import subprocess
from pathlib import Path

from config.local.dropping import Account
from config.local.errors import DidNotStart
from config.local.finding import Binaries
from config.local.launching import Server, ask, launch
from config.local.places import POSTGRES_SOCKET

NAME = "app"
# fsync stays on: after a power cut the last moment may be missing, but nothing is ever torn.
SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "timezone": "UTC",
    "jit": "off",
    "synchronous_commit": "off",
    "shared_buffers": "256MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # Not in /dev/shm, of which a container has little.
    "dynamic_shared_memory_type": "mmap",
}


def server(label: str, data: Path, sockets: Path) -> Server:
    """Return the server whose data folder is `data` and whose socket lies in `sockets`."""
    pid_file = data / "postmaster.pid"

    def answers() -> bool:
        return _status(pid_file) == "ready" and ask(sockets / POSTGRES_SOCKET) is not None

    # SIGINT: fast shutdown; SIGQUIT: at once, recovering at the next start.
    return Server("postgres", label, data, pid_file, answers, (signal.SIGINT, signal.SIGQUIT))


def start(server: Server, account: Account, found: Binaries, sockets: Path) -> None:
    """Start it, with data folder and database made where missing; raises DidNotStart."""
    if not (server.data / "PG_VERSION").exists():
        _make_data(server.data, account, found)
    settings = SETTINGS | {"unix_socket_directories": str(sockets)}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    launch(server, account, account.command(found.path(), "-D", server.data, *options))
    _make_database(account, found, sockets)


def _status(pid_file: Path) -> str:
    try:
        return pid_file.read_text().split("\n")[7].strip()
    except (OSError, IndexError):
        return ""


def _make_data(data: Path, account: Account, found: Binaries) -> None:
    unfinished = data.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    # Never --no-locale: upper and lower case, and trigrams, would then know ASCII alone.
    words = ("-U", NAME, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--lc-collate=C")
    _run(account, found.path("initdb"), "-D", unfinished, *words)
    unfinished.rename(data)


def _make_database(account: Account, found: Binaries, sockets: Path) -> None:
    try:
        _run(account, found.path("createdb"), "-h", sockets, "-U", NAME, NAME)
    except DidNotStart as error:
        if "already exists" not in str(error):
            raise


def _run(account: Account, *words: Path | str) -> None:
    done = subprocess.run(
        account.command(*words),
        **account.options(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        raise DidNotStart(f"{words[0]} failed:\n{done.stdout.strip()}")
