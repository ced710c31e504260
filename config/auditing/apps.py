"""The app of the audit log."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditingConfig(AppConfig):
    name = "config.auditing"
    label = "auditing"
    verbose_name = _("Audit log")
    # What grows with the years: see config/database/judging.py.
    large_tables = ("auditing_event",)
    # The log is added to, nothing else; old events go by `auditing_delete` alone. See config/database/granting.py.
    runtime_rights = {
        "auditing_event": "SELECT, INSERT",
        "auditing_seal": "SELECT, INSERT",
        "auditing_deletion": "SELECT",
    }

    def ready(self) -> None:
        import_module("config.auditing.hearing").listen()
