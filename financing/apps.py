"""The app of what came of it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FinancingConfig(AppConfig):
    name = "financing"
    verbose_name = _("Financing")
    institution_rooms = {"feedback": (_("Feedback on financing"), "reader")}
    # What grows with the years: see config/database/judging.py.
    large_tables = ("financing_feedbackline",)
    # Where the site needs less than reading and writing: see config/database/granting.py.
    runtime_rights = {"financing_feedbackline": "SELECT, INSERT, DELETE"}
