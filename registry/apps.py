"""The app of what was published."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    name = "registry"
    verbose_name = _("Published lists")
    # What grows with the years: see config/database/judging.py.
    large_tables = ("registry_entry",)
    # Where the site needs less than reading and writing: see config/database/granting.py.
    runtime_rights = {
        "registry_importevent": "SELECT, INSERT",
        "registry_linecorrection": "SELECT, INSERT, DELETE",
        "registry_programmerule": "SELECT, INSERT, UPDATE (superseded_at)",
    }
