"""A file's bytes on their way out, whole or a part: to people's browsers and to machines alike.

Law: whoever hands out notes it before the first byte, for the whole and for a part alike. What is under a password is
other bytes each time, so that no part of it is handed out.
"""

import re
from collections.abc import Callable
from typing import IO, NamedTuple
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from pushes import errors
from pushes.models import Institution, Package
from pushes.packaging import opened
from pushes.passwords import file_name, handed, has_one

_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")

Noted = Callable[[], object]


class Outgoing(NamedTuple):
    """A file that is the same whenever it is asked for, how it is opened, and its name where it lies in the store."""

    name: str
    content_type: str
    size: int
    sha256: str
    opened: Callable[[], IO[bytes]]
    stored: str = ""


def package_sent(
    request: HttpRequest, *, institution: Institution, package: Package, label: str, noted: Noted
) -> HttpResponseBase:
    """The package as this institution gets it; a fetch that broke off goes on where it stood.

    Raises `RangeOutside`; `OSError` where the store has not the file, `SecretUnreadable` where the password cannot be
    read.
    """
    if has_one(institution):
        file, name = handed(institution=institution, package=package, label=label)
        noted()
        response = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
        response["Accept-Ranges"] = "none"
        return response
    name = file_name(label, locked=False)
    whole = Outgoing(
        name, "application/zip", package.size, package.sha256, lambda: opened(package), str(package.file.name)
    )
    return file_sent(request, whole, noted)


def file_sent(request: HttpRequest, file: Outgoing, noted: Noted) -> HttpResponseBase:
    """The file, the part of it that a Range asks for, 304 where the other side has it, or 412 where it wants another.

    Raises `RangeOutside`; `OSError` where the store has not the file.
    """
    etag = f'"{file.sha256}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        unchanged["ETag"] = etag
        return unchanged
    if settings.ACCEL_REDIRECT and file.stored:
        return _left_to_the_server(file, etag, noted)
    asked = _part(request, etag, file.size)
    if asked is None:
        raise errors.RangeOutside(file.size)
    content = file.opened()
    noted()
    response: FileResponse
    if len(asked) == file.size:
        response = FileResponse(content, as_attachment=True, filename=file.name, content_type=file.content_type)
        response["Content-Length"] = str(file.size)
    else:
        response = FileResponse(_Slice(content, asked), status=206, content_type=file.content_type)
        response["Content-Length"] = str(len(asked))
        response["Content-Range"] = f"bytes {asked.start}-{asked.stop - 1}/{file.size}"
    response["ETag"], response["Accept-Ranges"] = etag, "bytes"
    return response


def _left_to_the_server(file: Outgoing, etag: str, noted: Noted) -> HttpResponse:
    """The web server in front sends the file, or the part that it is asked for."""
    if not default_storage.exists(file.stored):
        raise FileNotFoundError(file.stored)
    noted()
    response = HttpResponse(content_type=file.content_type)
    response["Content-Disposition"] = content_disposition_header(True, file.name)
    response["X-Accel-Redirect"] = quote(settings.ACCEL_REDIRECT + file.stored)
    response["ETag"], response["Accept-Ranges"] = etag, "bytes"
    return response


def _part(request: HttpRequest, etag: str, size: int) -> range | None:
    """The bytes that are asked for: all of them where no range, several ranges, or those of another file are.
    None where the range lies outside.
    """
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    if not found or request.headers.get("If-Range", etag) != etag:
        return range(size)
    first, last = int(found[1]), min(int(found[2] or size - 1), size - 1)
    return range(first, last + 1) if first <= last else None


class _Slice:
    """A part of a file, read like a file; with its descriptor, so that the kernel can send it."""

    def __init__(self, file: IO[bytes], part: range) -> None:
        file.seek(part.start)
        self._file, self._left = file, len(part)
        self.close, self.fileno = file.close, file.fileno

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(piece)
        return piece
