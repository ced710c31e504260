"""What `manage.py check --database default` asks of accounts. Law: who stands past all roles is named."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.core.checks import CheckMessage, Warning
from django.db import connections
from django.utils.translation import gettext as _

SUPERUSER = "accounts.W001"


def superusers(databases: Sequence[str] | None = None, **_more: Any) -> list[CheckMessage]:
    """Each open superuser: the separation of roles does not bind one."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        if User._meta.db_table not in connections[alias].introspection.table_names():
            continue  # before the first migration
        open_ones = User.objects.using(alias).filter(is_superuser=True, is_active=True).order_by("username")
        for name in open_ones.values_list("username", flat=True):
            words = _("The superuser “%(name)s” may everything, past all roles.") % {"name": name}
            hint = _("Once each role has its people, close this account; open it in an emergency alone.")
            found.append(Warning(words, hint=hint, id=SUPERUSER))
    return found
