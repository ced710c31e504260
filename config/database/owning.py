"""Acts as the tables' owner. Law: whoever serves the site knows rows alone; tables change under another role.

`MIGRATE_DATABASE_URL` names that role. Where none is named, one role does both, as in a checkout.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

# What of a connection is the role's and the way's; the database is the same, in tests as well.
_OF_THE_ROLE = ("USER", "PASSWORD", "HOST", "PORT")


def has_owner() -> bool:
    """Whether tables have an owner apart from the role that serves the site."""
    return bool(settings.OWNER_DATABASE)


def runtime_role() -> str:
    """The role that serves the site."""
    return str(settings.SITE_ROLE)


@contextmanager
def as_owner() -> Iterator[None]:
    """Have the connection be the owner's for the block, where there is one."""
    if not has_owner():
        yield
        return
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update({key: settings.OWNER_DATABASE.get(key, "") for key in _OF_THE_ROLE})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
