"""Where a list's file is kept. Law: kept once, under its own sum, as it came."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from shutil import copyfileobj
from tempfile import NamedTemporaryFile
from typing import IO, cast

from django.core.files.base import File
from django.core.files.storage import default_storage


def sum_of(stream: IO[bytes]) -> str:
    """SHA-256 of what the stream still holds, in hexadecimal."""
    return hashlib.file_digest(cast(BytesIO, stream), "sha256").hexdigest()


def keep(path: Path, sha256: str, file_name: str) -> str:
    """Keep the file at `path`; returns its name in the storage."""
    target = f"lists/{sha256[:2]}/{sha256}{Path(file_name).suffix.lower()}"
    if default_storage.exists(target):
        with default_storage.open(target) as kept:
            if sum_of(kept) == sha256:
                return target
        default_storage.delete(target)  # what a killed upload left is not the file as it came
    with path.open("rb") as stream:
        return default_storage.save(target, File(stream))


@contextmanager
def on_disk(stored: IO[bytes]) -> Iterator[Path]:
    """A stored file as one of the disk's for as long as it is read, wherever the storage is."""
    with NamedTemporaryFile() as file:
        copyfileobj(stored, file)
        file.flush()
        yield Path(file.name)
