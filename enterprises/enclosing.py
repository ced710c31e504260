"""Evidence that comes with an objection: looked at, scanned, kept. Law: all files are taken or none.

They lie under random names where no web server looks, and leave only as attachments for staff.
"""

import hashlib
import logging
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile

from enterprises import errors
from enterprises.models import Objection, ObjectionFile
from enterprises.scanning import scan
from enterprises.sniffing import Unacceptable, kind_of

FOLDER = "objections"
_NAME_LENGTH = 100

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Enclosure:
    """A file that was found to be what may be handed in."""

    name: str
    kind: str
    data: bytes
    scanned: bool


def looked_at(files: Sequence["UploadedFile[Any]"]) -> list[Enclosure]:
    """The files of a form, each read and judged by its content. Raises `FileRefused`."""
    if len(files) > settings.OBJECTION_FILES:
        raise errors.TooManyFiles(settings.OBJECTION_FILES)
    return [_looked_at(one) for one in files]


def _looked_at(file: "UploadedFile[Any]") -> Enclosure:
    name = plain_name(file.name or "")
    most = settings.OBJECTION_FILE_MEGABYTES
    if (file.size or 0) > most << 20:
        raise errors.FileTooLarge(name, most)
    data = file.read((most << 20) + 1)
    if len(data) > most << 20:
        raise errors.FileTooLarge(name, most)
    try:
        kind = kind_of(data)
    except Unacceptable as found:
        raise errors.FileUnacceptable(name, found.code) from found
    return Enclosure(name, kind, data, scan(data))


def plain_name(name: str) -> str:
    """A file's name without folders and without what cannot be shown; the end, with its kind, is kept."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(one for one in last if one.isprintable()).strip(". ")[-_NAME_LENGTH:] or "?"


@contextmanager
def kept(objection: Objection, enclosures: Iterable[Enclosure], *, now: datetime) -> Iterator[None]:
    """Store the files with their rows; where what is done within fails, none stays behind."""
    stored: list[str] = []
    try:
        for one in enclosures:
            stored.append(default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}", ContentFile(one.data)))
            ObjectionFile.objects.create(
                objection=objection, stored=stored[-1], name=one.name, kind=one.kind, size=len(one.data),
                sha256=hashlib.sha256(one.data).hexdigest(), scanned=one.scanned, received_at=now,
            )  # fmt: skip
        yield
    except BaseException:
        delete(stored)
        raise


def delete(stored: Iterable[str]) -> None:
    """Delete files from the store; one that resists is logged, and holds up no other."""
    for name in stored:
        try:
            default_storage.delete(name)
        except OSError:
            logger.exception("file of an objection: %s", name)
