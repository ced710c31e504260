"""Folders of a machine in which workers read what lies open nowhere else.

Law: nobody else on the machine may look into them; each goes with its work, and what a killed worker left, with the
next one's.
"""

import os
import shutil
import stat
import tempfile
import traceback
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path


def root(kind: str) -> Path:
    """Where works of this kind have their folders. Raises `PermissionError` where it is not ours alone."""
    place = Path(tempfile.gettempdir()) / f"{kind}-{os.getuid()}"
    place.mkdir(mode=0o700, exist_ok=True)
    about = place.lstat()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.getuid() or stat.S_IMODE(about.st_mode) & 0o077:
        raise PermissionError(f"{place} is not ours alone")
    return place


@contextmanager
def folder(root: Path, name: str, held: Collection[str]) -> Iterator[Path]:
    """A folder for one attempt at a work; those whose names are not `held` by any are removed."""
    for left in root.iterdir():
        if left.name not in held:
            shutil.rmtree(left, ignore_errors=True)
    made = root / name
    made.mkdir(mode=0o700)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def places(error: BaseException) -> str:
    """Where it happened, without a word of what it happened to."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames[-6:]))
