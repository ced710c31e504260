"""The app of the audit log."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditingConfig(AppConfig):
    name = "config.auditing"
    label = "auditing"
    verbose_name = _("Audit log")

    def ready(self) -> None:
        import_module("config.auditing.hearing").listen()
