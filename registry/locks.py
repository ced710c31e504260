"""Named locks of the database. Law: whoever waited for one records no moment from before it was held."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import monotonic
from zlib import crc32

from django.db import connection

FACTS = "facts"  # which lists count, and the programmes' rules: shared by those who change them, for they may be many


def hold(name: str) -> None:
    """Wait for the lock `name` and hold it until the surrounding transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_key(name)])


def hold_if_free(name: str) -> bool:
    """Hold the lock `name` like `hold`, unless another has it; whether it is held now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_key(name)])
        return bool(cursor.fetchone()[0])


def hold_from(name: str, now: datetime, *, shared: bool = False) -> datetime:
    """Hold the lock `name` like `hold`, and return from when: `now`, or as much later as others held it.

    A moment from before would be told as known to whoever sealed an edition meanwhile. `shared`: beside others who
    share it.
    """
    begun, kind = monotonic(), "_shared" if shared else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_xact_lock{kind}(%s)", [_key(name)])
        if cursor.fetchone()[0]:
            return now
        cursor.execute(f"SELECT pg_advisory_xact_lock{kind}(%s)", [_key(name)])
    return now + timedelta(seconds=monotonic() - begun)


@contextmanager
def held(*names: str) -> Iterator[None]:
    """Hold the locks, one after the other, over several transactions; they cannot outlive the database session."""
    keys = [_key(name) for name in names]
    taken: list[int] = []
    try:
        with connection.cursor() as cursor:
            for key in keys:
                cursor.execute("SELECT pg_advisory_lock(%s)", [key])
                taken.append(key)
        yield
    finally:
        with connection.cursor() as cursor:
            for key in reversed(taken):
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def _key(name: str) -> int:
    return crc32(f"registry:{name}".encode())
