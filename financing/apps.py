"""The app of what came of it."""

from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FinancingConfig(AppConfig):
    name = "financing"
    verbose_name = _("Financing")
    # What grows with the years: see config/database/judging.py.
    large_tables = ("financing_feedbackline",)
    # Where the site needs less than reading and writing: see config/database/granting.py.
    runtime_rights = {
        "financing_feedbackline": "SELECT, INSERT, DELETE",
        "financing_evaluation": "SELECT, INSERT, UPDATE",
        "financing_evaluationpaper": "SELECT, INSERT",
    }
    # Rooms beside those of pushes: see pushes/templatetags/rooms.py.
    institution_rooms: ClassVar = {"statistics": (_("Statistics of the city"), "reader")}
