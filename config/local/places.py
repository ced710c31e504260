"""Where everything of the local stack lies: under .local/ of the checkout that holds this file."""

import hashlib
import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Names the folder of the databases by the checkout's path: a copied checkout never starts the original's.
TAG = hashlib.sha256(os.fsencode(ROOT)).hexdigest()[:8]

LOCAL = ROOT / ".local"
LOGS = LOCAL / "logs"
STATE = LOCAL / "state.json"
LOCK = LOCAL / "lock"
USERS = LOCAL / "users"

POSTGRES_SOCKET = ".s.PGSQL.5432"
REDIS_SOCKET = "redis.sock"
LONGEST_SOCKET_PATH = 107


def socket_folder(home: Path, tag: str, uid: int) -> Path:
    """Return the folder of the sockets: in `home`, or a short one in /tmp where `home` cannot serve.

    A socket's path is limited in bytes, and PostgreSQL takes a list of folders, in which some characters
    have a meaning.
    """
    folder = home / "run"
    longest = max(len(os.fsencode(folder / name)) for name in (POSTGRES_SOCKET, REDIS_SOCKET))
    if longest <= LONGEST_SOCKET_PATH and re.fullmatch(r"[A-Za-z0-9_./+-]+", str(folder)):
        return folder
    return Path(f"/tmp/local-stack-{tag}-{uid}")
