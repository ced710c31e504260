"""`manage.py migrate`: Django's, as the tables' owner, one at a time, and never keeping the site waiting for a lock."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connection
from django.db.utils import OperationalError
from psycopg.errors import LockNotAvailable

from config.database import granting
from config.database.errors import DatabaseError, OthersMigrate, TableBusy
from config.database.owning import as_owner, has_owner, runtime_role

_LOCK = 7_236_001  # of the advisory locks, the one of whoever changes tables


class Command(migrate.Command):
    help = migrate.Command.help

    def handle(self, *args: Any, **options: Any) -> None:
        seconds = settings.MIGRATE_LOCK_SECONDS
        try:
            with as_owner():
                _alone()
                with connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{seconds}s"])
                try:
                    super().handle(*args, **options)
                    # New tables are the site's at once: the release that runs and the one to come find their rights.
                    if has_owner() and not (options["plan"] or options["check_unapplied"]):
                        granting.grant(role=runtime_role())
                finally:
                    _no_longer_alone()
        except DatabaseError as error:
            raise CommandError(str(error)) from error
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            raise CommandError(str(TableBusy(seconds, str(error).splitlines()[0]))) from error


def _alone() -> None:
    """Not waited for: whoever waits holds a snapshot, and for its end an index built concurrently would wait."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise OthersMigrate


def _no_longer_alone() -> None:
    if connection.connection is None or connection.connection.closed or connection.needs_rollback:
        return  # with the session the lock has gone, or goes
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
        cursor.execute("RESET lock_timeout")
