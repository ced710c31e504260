"""The SHA-256 of a file in any store, read a piece at a time (pure)."""

import hashlib
from typing import IO

_PIECE = 1024 * 1024


def sha256_of(content: IO[bytes]) -> str:
    """The digest of what is left to read. Raises `OSError`."""
    digest = hashlib.sha256()
    while piece := content.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()
