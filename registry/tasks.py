"""The tasks of this app, for Celery. Law: each may run twice, or be killed and run again, with the same result."""

import logging
from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from registry import inbox, uploading
from registry.forms import notice_of_sidecar

logger = logging.getLogger(__name__)


@shared_task(name="registry.read_upload")
def read_upload(upload_id: int) -> None:
    """Read one upload, as soon as it has come."""
    uploading.perform(upload_id=upload_id, clock=timezone.now)


@shared_task(name="registry.read_uploads")
def read_uploads() -> None:
    """Read what waits still: its worker died, or nobody told one. A failure of one keeps no other from its turn."""
    for upload_id in uploading.waiting():
        try:
            uploading.perform(upload_id=upload_id, clock=timezone.now)
        except Exception:
            logger.exception("upload %s could not be read", upload_id)


@shared_task(name="registry.purge_uploads")
def purge_uploads() -> None:
    """Give up old files that became no list."""
    uploading.purge(now=timezone.now(), days=settings.UPLOADS_KEPT_DAYS)


@shared_task(name="registry.sweep_inbox")
def sweep_inbox() -> None:
    """Take the lists out of the drop folder, where this installation has one."""
    if settings.LIST_INBOX:
        inbox.sweep(Path(settings.LIST_INBOX), read_sidecar=notice_of_sidecar, clock=timezone.now)
