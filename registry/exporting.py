"""An export is asked for now and written by a worker. Law: by the asker's rights at each step, and kept for hours only.

The row is locked while its file is written, so that nobody else writes it; a worker that dies lets it go, and the next
sweep takes it up. What desks there are, and how their rows are read, is the faces' knowledge: `open_rows` is theirs.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from registry import errors
from registry.models import Export, ExportState
from registry.sheets import Sheet, write
from registry.storing import sum_of

logger = logging.getLogger(__name__)

ATTEMPTS = 3
AT_ONCE = 5  # that wait, of one person
_REPORT_ROWS = 2_000
_REMEMBERED = 3600  # seconds that the cache keeps a progress or a wish to stop

Rows = Callable[[Export], Sheet]
Key = UUID | str


class Stopped(Exception):
    """The asker wants it no more."""


def ask(*, desk: str, query: str, chosen: Sequence[str] = (), kind: str, now: datetime, by: User) -> Export:
    """Note what is wanted; whoever calls sees to it that a worker hears of it. Raises `TooManyExports`."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two askings at once are counted one after the other
        if Export.objects.filter(asked_by=by, state=ExportState.WAITING).count() >= AT_ONCE:
            raise errors.TooManyExports(AT_ONCE)
        return Export.objects.create(
            desk=desk, query=query, chosen=list(chosen), format=kind, asked_at=now, asked_by=by
        )


def perform(*, export: Key, open_rows: Rows, clock: Callable[[], datetime]) -> ExportState | None:
    """Write the file of the export with this id; returns how that went, None where another does or nothing is left.

    A failure that is no refusal is raised; after the third the export is given up.
    """
    if not _begins(export, clock):
        return None
    with transaction.atomic():
        taken = _taken(export)
        if taken is None:
            return None
        try:
            with transaction.atomic():  # rows that cannot be read end this, and not what is noted of it
                _write(taken, open_rows, clock)
        except Stopped:
            _finish(taken, ExportState.ENDED, clock())
        except errors.RegistryError as error:
            _finish(taken, ExportState.REFUSED, clock(), message=str(error))
    cache.delete_many([_progress_key(export), _stop_key(export)])
    return ExportState(taken.state)


def waiting() -> Sequence[Key]:
    """The exports that are to be written, the oldest first."""
    return list(Export.objects.filter(state=ExportState.WAITING).order_by("asked_at").values_list("pk", flat=True))


def rows_so_far(export: Export) -> int:
    return int(cache.get(_progress_key(export.pk), 0))


def give_up(*, export: Export, now: datetime) -> None:
    """The asker wants it no more: what is written is deleted, what is being written stops within some thousand rows."""
    with transaction.atomic():
        held = Export.objects.select_for_update(skip_locked=True).filter(pk=export.pk).first()
        if held:
            _end(held, now)
    if not held:
        cache.set(_stop_key(export.pk), True, _REMEMBERED)


def note_fetched(*, export: Export, now: datetime) -> None:
    Export.objects.filter(pk=export.pk).update(fetched_at=now)


def end_old(*, now: datetime) -> int:
    """Delete the files whose time is over; returns how many. The rows stay: who asked for what, and fetched it."""
    count = 0
    for export in Export.objects.filter(state=ExportState.READY, expires_at__lte=now):
        give_up(export=export, now=now)
        count += 1
    return count


def tell(*, now: datetime) -> int:
    """Write to those whose export is done and who have an address; returns to how many."""
    if not settings.MAIL_CONFIGURED:
        return 0
    told = 0
    for export in _not_told():
        with transaction.atomic():
            held = _not_told().select_for_update(of=("self",), skip_locked=True).filter(pk=export.pk).first()
            if held and _send(held):
                Export.objects.filter(pk=held.pk).update(told_at=now)
                told += 1
    return told


def _not_told() -> QuerySet[Export]:
    done = Export.objects.filter(state__in=[ExportState.READY, ExportState.REFUSED, ExportState.FAILED], told_at=None)
    return done.exclude(asked_by__email="").select_related("asked_by")


def _send(export: Export) -> bool:
    with translation.override(settings.LANGUAGE_CODE):
        ready = export.state == ExportState.READY
        subject = _("Your export is ready") if ready else _("Your export was not written")
        where = _("It lies under “My exports” in the admin: %(site)s/admin/") % {"site": settings.SITE_ADDRESS}
        try:
            send_mail(subject, f"{export.message}\n{where}".strip(), None, [export.asked_by.email])
        except OSError:  # smtplib's own errors are of its kind
            logger.exception("export %s: its asker was not told", export.pk)
            return False
    return True


def _begins(export: Key, clock: Callable[[], datetime]) -> bool:
    """Count the attempt, outside the transaction that may die with it."""
    with transaction.atomic():
        taken = _taken(export)
        if taken is None:
            return False
        if taken.attempts >= ATTEMPTS:
            words = _("Writing broke off three times. Tell the operator.")
            _finish(taken, ExportState.FAILED, clock(), message=words)
            return False
        Export.objects.filter(pk=taken.pk).update(attempts=F("attempts") + 1)
    return True


def _taken(export: Key) -> Export | None:
    """The export, locked, where it waits and nobody holds it."""
    waits = Export.objects.filter(pk=export, state=ExportState.WAITING).select_related("asked_by")
    return waits.select_for_update(skip_locked=True, of=("self",)).first()


def _write(export: Export, open_rows: Rows, clock: Callable[[], datetime]) -> None:
    def report(rows: int) -> None:
        if rows % _REPORT_ROWS == 0:
            cache.set(_progress_key(export.pk), rows, _REMEMBERED)
            if cache.get(_stop_key(export.pk)):
                raise Stopped

    name = f"exports/{export.pk}.{export.format}"
    with TemporaryDirectory(prefix="export-") as folder, translation.override(settings.LANGUAGE_CODE):
        path = Path(folder) / f"rows.{export.format}"
        export.rows = write(open_rows(export), path, export.format, report)
        export.size = path.stat().st_size
        with path.open("rb") as stream:
            export.sha256 = sum_of(stream)
            stream.seek(0)
            default_storage.delete(name)  # what a worker that died left
            export.file = default_storage.save(name, File(stream))
    export.expires_at = clock() + timedelta(hours=settings.EXPORT_KEPT_HOURS)
    _finish(export, ExportState.READY, clock())


def _finish(export: Export, state: ExportState, now: datetime, *, message: str = "") -> None:
    export.state, export.finished_at, export.message = state, now, message[:300]
    export.save(update_fields=["state", "finished_at", "message", "file", "rows", "size", "sha256", "expires_at"])


def _end(export: Export, now: datetime) -> None:
    stored, export.file = str(export.file.name or ""), ""
    _finish(export, ExportState.ENDED, export.finished_at or now)
    if stored:
        transaction.on_commit(lambda: default_storage.delete(stored))


def _progress_key(export: Key) -> str:
    return f"export-progress-{export}"


def _stop_key(export: Key) -> str:
    return f"export-stop-{export}"
