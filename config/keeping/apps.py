"""The app of backups."""

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from config.keeping import checks


class KeepingConfig(AppConfig):
    name = "config.keeping"
    label = "keeping"
    verbose_name = _("Backups")

    def ready(self) -> None:
        register(checks.backups, deploy=True)
