"""Files that were handed in are shown to clamd, where one is set. Law: what could not be scanned is not taken."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from enterprises import errors

_STEP = 1 << 16
_SECONDS = 30


def scan(data: bytes) -> bool:
    """Whether the file was scanned and found clean; False where no scanner is set.

    Raises `FileInfected`, `ScannerDown`.
    """
    if not settings.CLAMD_ADDRESS:
        return False
    try:
        with _connected(settings.CLAMD_ADDRESS) as line:
            line.sendall(b"zINSTREAM\0")
            for at in range(0, len(data), _STEP):
                piece = data[at : at + _STEP]
                line.sendall(struct.pack(">I", len(piece)) + piece)
            line.sendall(struct.pack(">I", 0))
            answer = line.makefile("rb").read(4096).rstrip(b"\0").decode(errors="replace")
    except OSError as error:
        raise errors.ScannerDown from error
    if answer.endswith("FOUND"):
        raise errors.FileInfected
    if answer != "stream: OK":
        raise errors.ScannerDown
    return True


@contextmanager
def _connected(address: str) -> Iterator[socket.socket]:
    """A path of a socket, or host:port."""
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        target: object = address
    else:
        line = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        host, _colon, port = address.rpartition(":")
        target = (host, int(port))
    with line:
        line.settimeout(_SECONDS)
        line.connect(target)  # type: ignore[arg-type]
        yield line
