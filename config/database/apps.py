"""The app of the database's own order: who may do what in it, and how its tables change while the site runs."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from config.database import checks, granting


class DatabaseConfig(AppConfig):
    name = "config.database"
    label = "database"
    verbose_name = _("Database")

    def ready(self) -> None:
        register(checks.role, Tags.database)
        # Sent once for each app: at ours all tables are there.
        post_migrate.connect(granting.after_migrating, sender=self, dispatch_uid="database.after_migrating")
