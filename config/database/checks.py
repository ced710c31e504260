"""What `manage.py check --database default` asks of the database's order."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Warning
from django.db import connection
from django.db.utils import OperationalError
from django.utils.translation import gettext as _

from config.database import owning

RUNS_AS_OWNER = "database.W001"

_STRONG = """
    SELECT r.rolsuper OR coalesce(
        pg_has_role(r.oid, (SELECT relowner FROM pg_class WHERE oid = to_regclass('django_migrations')), 'MEMBER'),
        false)
    FROM pg_roles r WHERE r.rolname = current_user
"""


def role(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_more: Any
) -> list[CheckMessage]:
    """In production the site does not run as the owner of its tables."""
    migrating = connection.settings_dict["USER"] != owning.runtime_role()
    if settings.LOCAL or migrating or not databases:
        return []
    try:
        with connection.cursor() as cursor:
            cursor.execute(_STRONG)
            strong = cursor.fetchone()[0]
    except OperationalError:  # whoever asks whether the database answers asks the health page
        return []
    words = _(
        "The site uses the database as a role that may change tables and switch off triggers. Create a second role "
        "(deploy/postgresql/roles.sql), name it in DATABASE_URL and the owner in MIGRATE_DATABASE_URL, then migrate."
    )
    return [Warning(words, id=RUNS_AS_OWNER)] if strong else []
