"""The triggers that tell the log, made of the table of what is watched.

Law: called by migrations alone; a second call leaves what the table says now. A table that is not there yet, or no
longer, is passed over: the migration that makes it calls again.
"""

import json
from typing import Any

from django.db.backends.utils import CursorWrapper

from config.auditing.watched import NEVER_TOLD, WATCHED, Watched

PREFIX = "auditing_"
_DROP = """
    SELECT format('DROP TRIGGER %I ON %s', g.tgname, g.tgrelid::regclass)
    FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid WHERE p.proname = 'auditing_row'
"""
_TIMES = {"INSERT": "added", "UPDATE": "changed", "DELETE": "deleted"}


def install(apps: Any, schema_editor: Any) -> None:
    """Drop all triggers of the log, and make those that the table of what is watched says."""
    with schema_editor.connection.cursor() as cursor:
        remove(cursor)
        for one in WATCHED:
            cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [one.table])
            if cursor.fetchone()[0]:
                for statement in statements(one):
                    cursor.execute(statement)


def uninstall(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        remove(cursor)


def remove(cursor: CursorWrapper) -> None:
    cursor.execute(_DROP)
    for (statement,) in cursor.fetchall():
        cursor.execute(statement)


def statements(one: Watched) -> list[str]:
    """One trigger for each kind of write, so that each has its own condition; none can be switched off by a session."""
    said = json.dumps(told(one), ensure_ascii=True, sort_keys=True).replace("'", "''")
    made = []
    for times, condition in one.when.items():
        name = f"{PREFIX}{_TIMES[times.split()[0]]}"
        when = f" WHEN ({condition})" if condition else ""
        made.append(
            f"CREATE TRIGGER {name} AFTER {times} ON {one.table} FOR EACH ROW{when} "
            f"EXECUTE FUNCTION auditing_row('{said}')"
        )
        made.append(f"ALTER TABLE {one.table} ENABLE ALWAYS TRIGGER {name}")
    return made


def told(one: Watched) -> dict[str, Any]:
    """What the trigger's function is told of the table."""
    return {
        "area": one.area,
        "model": one.model,
        "key": one.key,
        "label": one.label,
        "added": one.added,
        "gone": one.gone,
        "state": one.state,
        "by": dict(one.by),
        "acts": dict(one.acts),
        "ignored": sorted({*NEVER_TOLD, *one.ignored}),
        "masked": sorted(one.masked),
    }
