"""What the role that serves the site may do. Law: rows, never tables; of what is only added, no change and no deletion.

Each app names in `runtime_rights` of its AppConfig the tables of which less than all four is needed. Triggers hold the
law for everybody; this holds it once more for whoever gets hold of the site's password.
"""

from collections.abc import Mapping

from django.apps import apps
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg.sql import SQL, Composed, Identifier

from config.database.errors import NoSuchRole, RoleTooStrong

ROWS = "SELECT, INSERT, UPDATE, DELETE"
# What migrations did is theirs to write.
_RIGHTS = {"django_migrations": "SELECT"}

_TABLES = """
    SELECT c.relname FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.relname
"""
_STRENGTH = """
    SELECT r.rolsuper OR pg_has_role(r.oid, current_user::regrole, 'MEMBER') FROM pg_roles r WHERE r.rolname = %s
"""


def rights() -> Mapping[str, str]:
    """The tables of which the site may do less than all, by what the apps say."""
    found = dict(_RIGHTS)
    for config in apps.get_app_configs():
        found |= getattr(config, "runtime_rights", {})
    return found


def grant(*, role: str) -> int:
    """Give `role` what the site needs and nothing beside; returns of how many tables. Idempotent.

    Raises `NoSuchRole`, `RoleTooStrong`.
    """
    given = rights()
    with transaction.atomic(), connection.cursor() as cursor:
        _must_be_weak(cursor, role)
        cursor.execute(_TABLES)
        tables = [name for (name,) in cursor.fetchall()]
        for statement in _schema_statements(role):
            cursor.execute(statement)
        for table in tables:
            words = {"right": SQL(given.get(table, ROWS)), "table": Identifier(table), "role": Identifier(role)}
            cursor.execute(SQL("GRANT {right} ON {table} TO {role}").format(**words))
    return len(tables)


def _must_be_weak(cursor: CursorWrapper, role: str) -> None:
    cursor.execute(_STRENGTH, [role])
    found = cursor.fetchone()
    if found is None:
        raise NoSuchRole(role)
    if found[0]:
        raise RoleTooStrong(role)


def _schema_statements(role: str) -> list[Composed]:
    """Nothing of before stays: what an app no longer asks for is taken back."""
    names = {"role": Identifier(role), "schema": SQL("SCHEMA {}").format(Identifier(_schema()))}
    return [
        SQL(text).format(**names)
        for text in (
            "REVOKE ALL ON ALL TABLES IN {schema} FROM {role}",
            "REVOKE ALL ON ALL SEQUENCES IN {schema} FROM {role}",
            "REVOKE ALL ON {schema} FROM {role}",
            "REVOKE CREATE ON {schema} FROM PUBLIC",
            "GRANT USAGE ON {schema} TO {role}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN {schema} TO {role}",
        )
    ]


def _schema() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return str(cursor.fetchone()[0])
