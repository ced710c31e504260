"""Rows in bulk, by PostgreSQL's COPY: five times faster than inserts. Law: whoever copies owns the transaction."""

import re
from collections.abc import Iterable, Sequence

import orjson
from django.db import connection

_ESCAPE = re.compile(r"\\(u0000|.)")


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Copy `rows`, whose values stand in the order of `columns`, into `table`; returns how many there were.

    A value for a JSON column is passed through `as_json` first.
    """
    count = 0
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def as_json(value: object) -> str:
    """The value as JSON text, without the NUL that PostgreSQL cannot store."""
    text = orjson.dumps(value).decode()
    if "\\u0000" not in text:
        return text
    # Escape by escape: a backslash that is itself escaped begins no other.
    return _ESCAPE.sub(lambda found: "" if found[1] == "u0000" else found[0], text)
