"""What the migrations brought, as it lay in the tables: put back before a test whose like before it emptied them.

Django keeps it as objects and saves each anew, which costs such a test more than all it does itself.
"""

from collections.abc import Iterable

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg.sql import SQL, Identifier


class Kept:
    """The rows of all tables that a test may empty, from the moment this is made."""

    def __init__(self, cursor: CursorWrapper) -> None:
        self.rows = {table: _rows(cursor, table) for table in _filled(cursor)}

    def put_back(self, _serialized: str = "") -> None:
        """In the place of Django's own way, which is handed its objects. What triggers keep lies among the rows."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table, rows in self.rows.items():
                cursor.execute(SQL("DELETE FROM {}").format(Identifier(table)))  # where none emptied them yet
                with cursor.copy(SQL("COPY {} FROM STDIN (FORMAT binary)").format(Identifier(table))) as into:
                    into.write(rows)


def possible(cursor: CursorWrapper) -> bool:
    """Whether this role may leave triggers out: a checkout's own may, another server's perhaps not."""
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    return bool(cursor.fetchone()[0])


def _filled(cursor: CursorWrapper) -> Iterable[str]:
    for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
        cursor.execute(SQL("SELECT EXISTS (SELECT FROM {})").format(Identifier(table)))
        if cursor.fetchone()[0]:
            yield table


def _rows(cursor: CursorWrapper, table: str) -> bytes:
    with cursor.copy(SQL("COPY {} TO STDOUT (FORMAT binary)").format(Identifier(table))) as rows:
        return b"".join(map(bytes, rows))
