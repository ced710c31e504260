"""The files of all backups of a folder, each content once. Law: a file is whole or has another name.

Files that a store holds never change under their name, so one that was kept is not read again. What no backup names any
more goes: a file that was deleted by a rule of retention lives no longer than the oldest backup that has it.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, cast

from django.core.files.storage import FileSystemStorage, default_storage

from config.keeping import enclosing
from config.keeping.manifest import Kept, sum_of_file

FOLDER = "files"
UNFINISHED = ".unfinished"
_OURS = re.compile(rf"{FOLDER}/(?:open|[0-9a-f]{{8}})/[0-9a-f]{{2}}/[0-9a-f]{{64}}(?:-[0-9a-f]{{16}}\.age)?")


@dataclass(frozen=True)
class Pool:
    """The files in a backup folder, enclosed to `recipients` where there are any."""

    home: Path
    recipients: tuple[str, ...]

    @property
    def branch(self) -> str:
        """What is enclosed to others lies elsewhere."""
        whose = sha256(" ".join(sorted(self.recipients)).encode()).hexdigest()[:8] if self.recipients else "open"
        return f"{FOLDER}/{whose}"

    def keep(self, name: str, stream: IO[bytes]) -> tuple[Kept, int]:
        """Take the stream in; returns what to note, and how many bytes were written for it."""
        fresh = self.home / self.branch / f"{UNFINISHED}-{os.getpid()}"
        fresh.parent.mkdir(parents=True, exist_ok=True)
        try:
            with fresh.open("wb") as target:
                seen = cast(Any, Counted(stream))
                if self.recipients:
                    enclosing.enclose(seen, target, enclosing.recipients(self.recipients))
                else:
                    while piece := seen.read(1 << 20):
                        target.write(piece)
                settle(target)
            return self._placed(fresh, Kept(name, seen.total.hexdigest(), seen.size, "", ""))
        finally:
            fresh.unlink(missing_ok=True)

    def has(self, kept: Kept) -> bool:
        """Whether what was noted before lies there still, for the same eyes."""
        path = self.home / kept.path
        return (
            kept.path.startswith(f"{self.branch}/")
            and path.is_file()
            and (bool(self.recipients) or path.stat().st_size == kept.size)
        )

    def _placed(self, fresh: Path, kept: Kept) -> tuple[Kept, int]:
        """What is enclosed is other bytes each time, so its own sum is part of its name: none takes another's place."""
        own = sum_of_file(fresh)
        end = f"-{own[:16]}.age" if self.recipients else ""
        noted = replace(kept, path=f"{self.branch}/{kept.sha256[:2]}/{kept.sha256}{end}", path_sha256=own)
        path = self.home / noted.path
        if path.is_file() and sum_of_file(path) == own:
            return noted, 0
        path.parent.mkdir(exist_ok=True)
        written = fresh.stat().st_size
        fresh.replace(path)
        return noted, written


class Counted:
    """A stream that sums and counts what is read of it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self.total, self.size = stream, sha256(), 0

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        self.total.update(piece)
        self.size += len(piece)
        return piece


def settle(file: IO[bytes]) -> None:
    """Have it on the disk before its name says so."""
    file.flush()
    os.fsync(file.fileno())


@contextmanager
def opened(home: Path, kept: Kept, keys: enclosing.Keys, scratch: Path) -> Iterator[IO[bytes]]:
    """The file's own bytes. Raises `WrongKey`, and `OSError` where it is damaged."""
    path = home / kept.path
    if not kept.path.endswith(".age"):
        with path.open("rb") as stream:
            yield stream
        return
    plain = scratch / "disclosed"
    try:
        with path.open("rb") as stream, plain.open("wb") as target:
            enclosing.disclose(stream, target, keys)
        with plain.open("rb") as disclosed:
            yield disclosed
    finally:
        plain.unlink(missing_ok=True)


def would_hold_the_store(home: Path) -> bool:
    """Whether the site's own files lie where those of this folder's backups would."""
    if not isinstance(default_storage, FileSystemStorage):
        return False
    return Path(default_storage.location).resolve().is_relative_to((home / FOLDER).resolve())


def index(files: Iterable[Kept]) -> Mapping[str, Kept]:
    return {one.name: one for one in files}


def sweep(home: Path, named: set[str]) -> int:
    """Delete what was kept and no backup names; returns how many files. What others put there is not ours to delete."""
    gone = 0
    for path in (home / FOLDER).rglob("*"):
        name = str(path.relative_to(home))
        if path.is_file() and name not in named and _OURS.fullmatch(name):
            path.unlink()
            gone += 1
    return gone
