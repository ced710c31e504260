"""The digests of a file in any store, read a piece at a time (pure)."""

import hashlib
from collections.abc import Iterator
from typing import IO, NamedTuple

from cryptography.hazmat.primitives.hashes import SM3, Hash

_PIECE = 1024 * 1024


class Sums(NamedTuple):
    """What proves a file: its digests in hexadecimal and its bytes."""

    sha256: str
    sm3: str
    size: int


def sha256_of(content: IO[bytes]) -> str:
    """The digest of what is left to read. Raises `OSError`."""
    digest = hashlib.sha256()
    for piece in _pieces(content):
        digest.update(piece)
    return digest.hexdigest()


def sums_of(content: IO[bytes]) -> Sums:
    """Both digests and the size of what is left to read, in one reading. Raises `OSError`."""
    sha256, sm3, size = hashlib.sha256(), Hash(SM3()), 0
    for piece in _pieces(content):
        sha256.update(piece)
        sm3.update(piece)
        size += len(piece)
    return Sums(sha256.hexdigest(), sm3.finalize().hex(), size)


def _pieces(content: IO[bytes]) -> Iterator[bytes]:
    while piece := content.read(_PIECE):
        yield piece
