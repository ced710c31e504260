"""All that was published of whoever bears a key, fetched from `enterprises_look_up`. Law: one statement, read only.

The statement goes to libpq as it is: a cursor's way there and back takes six times as long in this process. What else a
cursor would do, asking each time whether the line still stands, is left to the statement itself: where the line turns
out to be cut, it is opened anew and asked once more, which does no harm to what only reads.
"""

from typing import Any

import orjson
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import errors
from psycopg.pq import ConnStatus, ExecStatus

_LOOK_UP = b"SELECT enterprises_look_up($1, $2, $3, $4, $5, $6)"


def fetched(
    *, public_id: str | None, code: str | None, number: str | None, name: str, other_name: str | None, many: int
) -> dict[str, Any]:
    """What the function answers. A key that is none of its kind is None."""
    keys = [key.encode() if key else None for key in (public_id, code, number, name, other_name, str(many))]
    if any(key and b"\0" in key for key in keys):
        raise ValueError("a key with a zero byte would be cut there")
    told: dict[str, Any] = orjson.loads(_asked(keys))
    return told


def _asked(keys: list[bytes | None]) -> bytes:
    connection = connections[DEFAULT_DB_ALIAS]
    connection.ensure_connection()
    line = connection.connection.pgconn
    answer = line.exec_params(_LOOK_UP, keys)
    if answer.status != ExecStatus.TUPLES_OK and line.status == ConnStatus.BAD and not connection.in_atomic_block:
        connection.close()
        connection.ensure_connection()
        answer = connection.connection.pgconn.exec_params(_LOOK_UP, keys)
    if answer.status != ExecStatus.TUPLES_OK:
        with connection.wrap_database_errors:
            raise errors.error_from_result(answer)
    found: bytes = answer.get_value(0, 0)
    return found
