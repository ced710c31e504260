"""The app of the database's own order: who may do what in it, and how its tables change while the site runs."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _

from config.database import checks


class DatabaseConfig(AppConfig):
    name = "config.database"
    label = "database"
    verbose_name = _("Database")

    def ready(self) -> None:
        register(checks.role, Tags.database)
