"""Named locks of the database, held until the transaction ends. Law: identities and pool have one writer at a time."""

from zlib import crc32

from django.db import connection


def hold(name: str) -> None:
    """Wait for the lock `name` and hold it until the surrounding transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [crc32(f"registry:{name}".encode())])


def hold_if_free(name: str) -> bool:
    """Hold the lock `name` like `hold`, unless another has it; whether it is held now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [crc32(f"registry:{name}".encode())])
        return bool(cursor.fetchone()[0])


IDENTITIES = "identities"  # enterprises, decisions, review items, the live pool
EDITIONS = "editions"
