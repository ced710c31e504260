"""One backup at a time in a folder. Law: the lock ends with its holder, however that ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.keeping import errors

_FILE = ".lock"


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Raises `AtWork` where another holds the folder."""
    with (home / _FILE).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise errors.AtWork from error
        yield
