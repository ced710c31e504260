"""Redis, or Valkey, for this checkout. It writes nothing to disk: what must last is a row in PostgreSQL."""

import signal
from pathlib import Path

from config.local.dropping import Account
from config.local.finding import Binaries
from config.local.launching import Server, ask, launch
from config.local.places import REDIS_SOCKET


def server(label: str, data: Path, sockets: Path) -> Server:
    """Return the server whose working folder is `data` and whose socket lies in `sockets`."""

    def answers() -> bool:
        return (ask(sockets / REDIS_SOCKET, b"PING\r\n") or "").startswith("+PONG")

    return Server("redis", label, data, data / "redis.pid", answers, (signal.SIGTERM, signal.SIGKILL))


def start(server: Server, account: Account, found: Binaries, sockets: Path) -> None:
    """Start it; raises DidNotStart."""
    account.own_folder(server.data)
    settings = {
        "port": "0",
        "unixsocket": str(sockets / REDIS_SOCKET),
        "unixsocketperm": "700",
        "dir": str(server.data),
        "pidfile": str(server.pid_file),
        "daemonize": "no",
        "save": "",
        "appendonly": "no",
    }
    words = [word for name, value in settings.items() for word in (f"--{name}", value)]
    launch(server, account, account.command(found.path(), *words))
