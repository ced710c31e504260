"""What may go wrong with the database's order, each by its name and with what to do."""

from django.utils.translation import gettext as _


class DatabaseError(Exception):
    """An expected failure; its text is for whoever installs."""


class NoSuchRole(DatabaseError):
    """The role of DATABASE_URL is not in the database."""

    def __init__(self, role: str) -> None:
        super().__init__(
            _("The database has no role %(role)s. Create it as deploy/postgresql/roles.sql does, then try again.")
            % {"role": role}
        )


class RoleTooStrong(DatabaseError):
    """The role by which the site runs could do what it shall not."""

    def __init__(self, role: str) -> None:
        super().__init__(
            _(
                "The role %(role)s shall only read and write rows, but it is a superuser or has the rights of the "
                "tables' owner. Give the site a role of its own "
                "(deploy/postgresql/roles.sql) and name it in DATABASE_URL."
            )
            % {"role": role}
        )


class OthersMigrate(DatabaseError):
    """Another `migrate` is at work on the same database."""

    def __init__(self) -> None:
        super().__init__(
            _("Another process is changing the tables at this moment. Wait until it ends, then try again.")
        )


class TableBusy(DatabaseError):
    """A table could not be locked in time."""

    def __init__(self, seconds: int, why: str) -> None:
        super().__init__(
            _(
                "A table was in use for longer than %(seconds)s seconds, so nothing of this migration was done and the "
                "site was not kept waiting (%(why)s). Try again when no long task runs; see pg_stat_activity."
            )
            % {"seconds": seconds, "why": why}
        )
