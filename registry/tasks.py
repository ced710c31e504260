"""The tasks of this app, for Celery. Law: each may run twice, or be killed and run again, with the same result."""

import logging
from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from registry import exporting, inbox, searching, uploading
from registry.admin.exporting import open_rows
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


@shared_task(name="registry.note_names")
def note_names() -> None:
    """Enter new lists' names into the dictionary by which a part of a name is found."""
    searching.note_names(now=timezone.now())


@shared_task(name="registry.write_export")
def write_export(export: str) -> None:
    """Write one export, as soon as it is asked for."""
    exporting.perform(export=export, open_rows=open_rows, clock=timezone.now)
    exporting.tell(now=timezone.now())


@shared_task(name="registry.write_exports")
def write_exports() -> None:
    """Write what waits still, delete what is old. A failure of one keeps no other from its turn."""
    for export in exporting.waiting():
        try:
            exporting.perform(export=export, open_rows=open_rows, clock=timezone.now)
        except Exception:
            logger.exception("export %s could not be written", export)
    exporting.end_old(now=timezone.now())
    exporting.tell(now=timezone.now())
