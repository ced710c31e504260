"""A large file is received now and read by a worker. Law: it is read once, or it waits, or it says why it was not.

The row of an upload is locked while its file is read, so that nobody else reads it; a worker that dies lets it go, and
the next sweep takes it up. How far the reading is stands in the cache, outside the transaction that reads.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO, Any

from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from registry import errors, importing
from registry.models import ListImport, Programme, Upload, UploadState
from registry.rights import refuse_foreign
from registry.staging import Notice, Report
from registry.storing import on_disk

ATTEMPTS = 3
_REMEMBERED = 3600  # seconds that the cache keeps a progress or a wish to cancel
_DAYS = ("published_on", "valid_from", "valid_to")


class Cancelled(Exception):
    """Staff asked for the reading to stop."""


@dataclass(frozen=True)
class Progress:
    """How far a reading is: rows read, checked and written, and rows expected (0 where the file does not tell)."""

    rows: int = 0
    expected: int = 0

    @property
    def percent(self) -> int | None:
        return min(99, 100 * self.rows // self.expected) if self.expected else None


def receive(
    *, stream: IO[bytes], file_name: str, notice: Notice, now: datetime, by: User | None = None, origin: str = ""
) -> Upload:
    """Keep the file for a worker; whoever calls sees to it that one hears of it."""
    stored = default_storage.save(f"uploads/{uuid.uuid4().hex}{Path(file_name).suffix.lower()[:10]}", File(stream))
    try:
        return Upload.objects.create(
            file=stored,
            file_name=file_name[-200:],
            facts=facts_of(notice),
            origin=origin[:300],
            received_at=now,
            received_by=by,
        )
    except BaseException:
        default_storage.delete(stored)
        raise


def perform(*, upload_id: int, clock: Callable[[], datetime], report: Report | None = None) -> UploadState | None:
    """Read the upload's file as a list that waits for confirmation; returns how that went.

    None where another reads it, or nothing is left to read. A failure that is not the file's is raised; after the
    third the upload is given up, so that one file cannot hold up the others for ever.
    """
    if not _begins(upload_id, clock):
        return None
    with transaction.atomic():
        upload = _taken(upload_id)
        if upload is None:
            return None
        try:
            listed = _stage(upload, clock(), report)
        except Cancelled:
            _finish(upload, UploadState.CANCELLED, clock())
        except errors.RegistryError as error:
            first = error.import_id if isinstance(error, errors.AlreadyImported) else None
            _finish(upload, UploadState.REFUSED, clock(), message=str(error), import_id=first)
        else:
            _finish(upload, UploadState.STAGED, clock(), import_id=listed.pk)
    cache.delete_many([_progress_key(upload_id), _cancel_key(upload_id)])
    return UploadState(upload.state)


def cancel(*, upload: Upload, now: datetime, by: User | None = None) -> None:
    """Stop the reading: at once where it has not begun, else within the next 2,000 rows. Raises `NotYourProgramme`."""
    programme = Programme.objects.filter(code=upload.facts["programme"]).first()
    if programme:
        refuse_foreign(programme, by)
    with transaction.atomic():
        taken = _taken(upload.pk)
        if taken:
            _finish(taken, UploadState.CANCELLED, now)
    if not taken:
        cache.set(_cancel_key(upload.pk), True, _REMEMBERED)


def progress_of(upload: Upload) -> Progress:
    return Progress(*cache.get(_progress_key(upload.pk), (0, 0)))


def waiting() -> Sequence[int]:
    """The uploads that are to be read, the oldest first."""
    return list(Upload.objects.filter(state=UploadState.WAITING).order_by("id").values_list("pk", flat=True))


def purge(*, now: datetime, days: int) -> int:
    """Give up the files of uploads that became no list and ended `days` ago; returns how many."""
    old = Upload.objects.exclude(file="").exclude(state=UploadState.WAITING)
    count = 0
    for upload in old.filter(finished_at__lt=now - timedelta(days=days)):
        _give_up_file(upload)
        count += 1
    return count


def facts_of(notice: Notice) -> dict[str, Any]:
    """The notice as an upload keeps it."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(notice).items()}


def notice_of(upload: Upload) -> Notice:
    """The notice that an upload keeps."""
    days = {name: date.fromisoformat(text) for name in _DAYS if (text := upload.facts.get(name))}
    return Notice(**{**upload.facts, **days})


def _begins(upload_id: int, clock: Callable[[], datetime]) -> bool:
    """Count the attempt, outside the transaction that may die with it."""
    with transaction.atomic():
        upload = _taken(upload_id)
        if upload is None:
            return False
        if upload.attempts >= ATTEMPTS:
            _finish(upload, UploadState.FAILED, clock(), message=_("Reading broke off three times. Tell the operator."))
            return False
        Upload.objects.filter(pk=upload_id).update(attempts=F("attempts") + 1)
    return True


def _taken(upload_id: int) -> Upload | None:
    """The upload, locked, where it waits and nobody holds it."""
    waits = Upload.objects.filter(pk=upload_id, state=UploadState.WAITING)
    return waits.select_for_update(skip_locked=True, of=("self",)).first()


def _stage(upload: Upload, now: datetime, report: Report | None) -> ListImport:
    def tell(rows: int, expected: int) -> None:
        cache.set(_progress_key(upload.pk), (rows, expected), _REMEMBERED)
        if report:
            report(rows, expected)
        if cache.get(_cancel_key(upload.pk)):
            raise Cancelled

    with upload.file.open("rb") as stored, on_disk(stored) as path:
        return importing.stage(
            path=path,
            file_name=upload.file_name,
            notice=notice_of(upload),
            now=now,
            by=upload.received_by,
            report=tell,
        )


def _finish(
    upload: Upload, state: UploadState, now: datetime, *, message: str = "", import_id: int | None = None
) -> None:
    upload.state, upload.finished_at, upload.message, upload.list_import_id = state, now, message, import_id
    upload.save(update_fields=["state", "finished_at", "message", "list_import"])
    if state == UploadState.STAGED:
        transaction.on_commit(lambda: _give_up_file(upload))


def _give_up_file(upload: Upload) -> None:
    stored = str(upload.file.name)
    Upload.objects.filter(pk=upload.pk).update(file="")
    default_storage.delete(stored)


def _progress_key(upload_id: int) -> str:
    return f"upload-progress-{upload_id}"


def _cancel_key(upload_id: int) -> str:
    return f"upload-cancel-{upload_id}"
