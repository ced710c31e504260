"""The one Celery app. Its law: every task may run twice, and no task waits (a wait is a row in the database)."""

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("registry")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect(dispatch_uid="config.own_logs")
def own_logs(**_wanted: Any) -> None:
    """Workers and beat log as the site does: LOG_FORMAT and LOG_LEVEL say how."""
    logging.config.dictConfig(settings.LOGGING)
