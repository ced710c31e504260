"""The app of what we sent to whom."""

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from pushes import checks


class PushesConfig(AppConfig):
    name = "pushes"
    verbose_name = _("Institutions and deliveries")

    def ready(self) -> None:
        register(checks.keys)
