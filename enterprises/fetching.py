"""All that was published of whoever bears a key, fetched from `enterprises_look_up`. Law: one statement, read only.

The statement goes to libpq as it is: a cursor's way there and back takes six times as long in this process. What else a
cursor would do, asking each time whether the line still stands, is left to the statement itself: where the line turns
out to be cut, it is opened anew and asked once more, which does no harm to what only reads. Several look-ups are one
statement: the same function finds for each what it would have found for it alone.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import errors
from psycopg.pq import ConnStatus, ExecStatus

_TYPES = ("text", "text", "text", "text", "text", "int")


class Keys(NamedTuple):
    """What is looked up. A key that is none of its kind is None; more enterprises than `many` are told of none."""

    public_id: str | None
    code: str | None
    number: str | None
    name: str
    other_name: str | None
    many: int


def fetched(several: Sequence[Keys]) -> list[bytes]:
    """What the function answers for each of them, as JSON, in their order."""
    words = [None if key is None else str(key).encode() for keys in several for key in keys]
    if any(word and b"\0" in word for word in words):
        raise ValueError("a key with a zero byte would be cut there")
    answer = _asked(_statement(len(several)), words)
    return [answer.get_value(place, 0) for place in range(len(several))]


def _asked(statement: bytes, words: list[bytes | None]) -> Any:
    connection = connections[DEFAULT_DB_ALIAS]
    _open(connection)
    answer = _sent(connection, statement, words)
    if answer.status != ExecStatus.TUPLES_OK and _open(connection):
        answer = _sent(connection, statement, words)
    if answer.status != ExecStatus.TUPLES_OK:
        with connection.wrap_database_errors:
            raise errors.error_from_result(answer)
    return answer


def _open(connection: Any) -> bool:
    """Open the line where it is not; whether it was cut. Within a transaction it stays as it is."""
    opened = connection.connection
    is_cut = opened is not None and opened.pgconn.status == ConnStatus.BAD and not connection.in_atomic_block
    if is_cut:
        connection.close()
    connection.ensure_connection()
    return is_cut


def _sent(connection: Any, statement: bytes, words: list[bytes | None]) -> Any:
    with connection.wrap_database_errors:
        return connection.connection.pgconn.exec_params(statement, words)


@cache
def _statement(count: int) -> bytes:
    calls = (
        ", ".join(f"${place * len(_TYPES) + number}::{kind}" for number, kind in enumerate(_TYPES, start=1))
        for place in range(count)
    )
    return ("VALUES " + ", ".join(f"(enterprises_look_up({call}))" for call in calls)).encode()
