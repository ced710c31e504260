"""The app of what we hold true."""

from importlib import import_module
from typing import Any

from celery.signals import worker_process_init
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EnterprisesConfig(AppConfig):
    name = "enterprises"
    verbose_name = _("Enterprises and editions")
    # What grows with the years: see config/database/judging.py.
    large_tables = (
        "enterprises_enterprise", "enterprises_namekeys", "enterprises_formername", "enterprises_matchdecision",
        "enterprises_judgement", "enterprises_reviewitem", "enterprises_reviewitem_candidates",
        "enterprises_recognition",
        "enterprises_poolmember", "enterprises_finding", "enterprises_dispute", "enterprises_editionmember",
        "enterprises_editionchange", "enterprises_editionannex", "enterprises_innovationscore",
    )  # fmt: skip
    # Where the site needs less than reading and writing: see config/database/granting.py.
    runtime_rights = {
        "enterprises_matchdecision": "SELECT, INSERT, UPDATE (superseded_at)",
        "enterprises_dispute": "SELECT, INSERT, UPDATE (until)",
        "enterprises_editionmember": "SELECT, INSERT, DELETE",
        "enterprises_editionchange": "SELECT, INSERT, DELETE",
        "enterprises_editionannex": "SELECT, INSERT, DELETE",
        "enterprises_guardresult": "SELECT, INSERT, DELETE",
        "enterprises_overruling": "SELECT, INSERT, DELETE",
        "enterprises_objection": "SELECT, INSERT, UPDATE",
        "enterprises_objectionevent": "SELECT, INSERT",
        "enterprises_parting": "SELECT, INSERT",
        "enterprises_lookupslip": "SELECT, INSERT, DELETE",
    }

    def ready(self) -> None:
        worker_process_init.connect(_get_ready, dispatch_uid="enterprises.get_ready")


def _get_ready(**_told: Any) -> None:
    """What names are read with takes a worker longer to load than to read some; whom it serves first need not wait."""
    import_module("enterprises.evidence").get_ready()
