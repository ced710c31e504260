"""Files in the store that nobody reads without their key: made in pieces, so that memory does not grow with them.

Law: each piece says its place and whether it is the last; one that is lacking, moved or another's is noticed.
"""

import struct
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, cast

from cryptography.fernet import Fernet, InvalidToken
from django.core.files.base import File
from django.core.files.storage import default_storage

from pushes.errors import EnclosedFileUnreadable

PIECE = 1 << 20
_LENGTH = struct.Struct(">I")
_PLACE = struct.Struct(">I?")
_LONGEST = 2 * PIECE  # of a piece as it lies


def fresh_key() -> str:
    """A random key for the files of one thing."""
    return Fernet.generate_key().decode()


def keep(name: str, source: IO[bytes], key: str) -> None:
    """Enclose what the source still holds, as the file `name`, in place of what lies there."""
    lock = Fernet(key)
    with TemporaryFile() as made:
        for place, piece, last in _pieces(source):
            token = lock.encrypt(_PLACE.pack(place, last) + piece)
            made.write(_LENGTH.pack(len(token)) + token)
        made.seek(0)
        discard([name])
        kept = default_storage.save(name, File(cast(IO[bytes], made)))
    if kept != name:  # somebody took the name meanwhile
        discard([kept])
        raise OSError(f"{name} is taken")


def disclosed(name: str, key: str) -> Iterator[bytes]:
    """The pieces of the file. Raises `EnclosedFileUnreadable`, before the first of them where it is not there."""
    try:
        stored = default_storage.open(name)
        lock = Fernet(key)
    except (OSError, ValueError) as error:
        raise EnclosedFileUnreadable from error
    return _read(cast(IO[bytes], stored), lock)


def discard(names: Iterable[str]) -> None:
    """Delete the files; those that are not there are none."""
    for name in names:
        default_storage.delete(name)


def strays(folder: str, kept: Collection[str], *, before: datetime) -> list[str]:
    """Files of the folder that nobody's row knows: a worker or a server was killed at the wrong moment. `kept` are the
    names, up to their first dot, that rows know; what came since `before` may be about to be known.
    """
    try:
        _folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    named = [f"{folder}/{name}" for name in files if name.partition(".")[0] not in kept]
    return [name for name in named if default_storage.get_modified_time(name) < before]


def _pieces(source: IO[bytes]) -> Iterator[tuple[int, bytes, bool]]:
    place, piece = 0, source.read(PIECE)
    while True:
        following = source.read(PIECE) if len(piece) == PIECE else b""
        yield place, piece, not following
        if not following:
            return
        place, piece = place + 1, following


def _read(stored: IO[bytes], lock: Fernet) -> Iterator[bytes]:
    with stored:
        try:
            place, last = 0, False
            while not last:
                (length,) = _LENGTH.unpack(stored.read(_LENGTH.size))
                if length > _LONGEST:
                    raise EnclosedFileUnreadable
                piece = lock.decrypt(stored.read(length))
                said, last = _PLACE.unpack_from(piece)
                if said != place:
                    raise EnclosedFileUnreadable
                yield piece[_PLACE.size :]
                place += 1
        except (InvalidToken, struct.error) as error:
            raise EnclosedFileUnreadable from error
