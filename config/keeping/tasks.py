"""What the schedule calls. Law: each may run twice, or be killed and run again, with the same result."""

import logging
from importlib import import_module
from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from config.keeping import errors, forgetting, running

logger = logging.getLogger(__name__)


@shared_task(name="keeping.back_up")
def back_up() -> None:
    """The night's backup, where a folder is set. What kept it from being made is on record, and is told of."""
    if not settings.BACKUP_DIR:
        return
    try:
        running.back_up(clock=timezone.now, to=Path(settings.BACKUP_DIR))
    except errors.KeepingError as error:
        logger.error("backup: %s", error)


@shared_task(name="keeping.forget")
def forget() -> None:
    """Delete what the rules of retention say is past its time."""
    sessions = import_module(settings.SESSION_ENGINE).SessionStore
    forgetting.forget(now=timezone.now(), clear_sessions=sessions.clear_expired)
