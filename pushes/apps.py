"""The app of what we sent to whom."""

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from pushes import checks


class PushesConfig(AppConfig):
    name = "pushes"
    verbose_name = _("Institutions and deliveries")
    # What grows with the years: see config/database/judging.py.
    large_tables = ("pushes_receipt", "pushes_attempt", "pushes_delivery")
    # Proof is added to, nothing else; old receipts go by `pushes_delete_receipts` alone, and count themselves.
    # See config/database/granting.py.
    runtime_rights = {
        "pushes_receipt": "SELECT, INSERT",
        "pushes_receipt_count": "SELECT",
        "pushes_receiptsdeleted": "SELECT",
        "pushes_attempt": "SELECT, INSERT",
        "pushes_package": "SELECT, INSERT",
        "pushes_profile": "SELECT, INSERT",
        "pushes_peopleevent": "SELECT, INSERT",
        "pushes_secretevent": "SELECT, INSERT",
        "pushes_delivery": "SELECT, INSERT, UPDATE",
    }

    def ready(self) -> None:
        register(checks.keys)
