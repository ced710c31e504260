"""A drop folder: lists that come with a small sidecar are staged by themselves. Law: they still wait for a person.

Beside 名单.xlsx lies 名单.xlsx.json with what the notice says. What was read moves to `done/`, what was refused to
`refused/` with a text that says why; a file without a sidecar, or one that still grows, stays where it is. A sweep that
dies leaves a file where it was, and the next one takes it up.
"""

import fcntl
import json
import logging
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from registry import errors, uploading
from registry.models import UploadState
from registry.staging import Notice

SIDECAR = ".json"
REASON = ".why.txt"
DONE, REFUSED = "done", "refused"
SETTLED_SECONDS = 5.0  # a file younger than this may still be on its way
_LONGEST_SIDECAR = 64 << 10

ReadSidecar = Callable[[str, Mapping[str, Any]], Notice]
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Taken:
    """What became of one file: its name, and the import's id or why it was refused."""

    file_name: str
    import_id: int | None = None
    reason: str = ""


def sweep(
    folder: Path, *, read_sidecar: ReadSidecar, clock: Callable[[], datetime], settled: float = SETTLED_SECONDS
) -> list[Taken]:
    """Stage every list in the folder whose sidecar has come; returns what became of each.

    `read_sidecar` makes a notice of a sidecar's facts and raises `BadSidecar`. Raises `NoInbox` where the folder cannot
    be read or written.
    """
    try:
        for name in (DONE, REFUSED):
            (folder / name).mkdir(exist_ok=True)
        with _alone(folder) as alone:
            return list(_taken(folder, read_sidecar, clock, settled)) if alone else []
    except OSError as error:
        raise errors.NoInbox(str(folder), error.strerror or "") from error


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Whether no other sweep is at work in the folder; for the block, none begins."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(handle)


def _taken(folder: Path, read_sidecar: ReadSidecar, clock: Callable[[], datetime], settled: float) -> Iterator[Taken]:
    for sidecar in sorted(folder.glob(f"*{SIDECAR}")):
        file = sidecar.with_name(sidecar.name.removesuffix(SIDECAR))
        if _has_settled(file, clock, settled) and _has_settled(sidecar, clock, settled):
            taken = _stage(file, sidecar, read_sidecar, clock)
            _put_away(file, sidecar, taken, clock())
            logger.info("inbox: %s → %s", file.name, taken.import_id or taken.reason)
            yield taken


def _has_settled(path: Path, clock: Callable[[], datetime], settled: float) -> bool:
    """Whether it is a file of its own, no link to another's, and was not written to for a while."""
    with suppress(FileNotFoundError):
        found = path.lstat()
        return stat.S_ISREG(found.st_mode) and clock().timestamp() - found.st_mtime >= settled
    return False


def _stage(file: Path, sidecar: Path, read_sidecar: ReadSidecar, clock: Callable[[], datetime]) -> Taken:
    try:
        notice = read_sidecar(file.name, _facts(sidecar, file.name))
    except errors.BadSidecar as error:
        return Taken(file.name, reason=str(error))
    with file.open("rb") as stream:
        upload = uploading.receive(stream=stream, file_name=file.name, notice=notice, now=clock(), origin=str(file))
    uploading.perform(upload_id=upload.pk, clock=clock)
    upload.refresh_from_db()
    if upload.state == UploadState.STAGED:
        return Taken(file.name, import_id=upload.list_import_id)
    return Taken(file.name, reason=upload.message or str(upload.get_state_display()))


def _facts(sidecar: Path, file_name: str) -> Mapping[str, Any]:
    try:
        if sidecar.stat().st_size > _LONGEST_SIDECAR:
            raise ValueError
        facts = json.loads(sidecar.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise errors.BadSidecar(file_name, "JSON") from error
    if not isinstance(facts, dict):
        raise errors.BadSidecar(file_name, "JSON")
    return facts


def _put_away(file: Path, sidecar: Path, taken: Taken, now: datetime) -> None:
    """Move file and sidecar out of the way, under a name that no earlier one has."""
    folder, stem = file.parent / (REFUSED if taken.reason else DONE), f"{now:%Y%m%d-%H%M%S-%f}-{file.name}"
    if taken.reason:
        (folder / f"{stem}{REASON}").write_text(f"{taken.reason}\n", encoding="utf-8")
    file.rename(folder / stem)
    sidecar.rename(folder / f"{stem}{SIDECAR}")
