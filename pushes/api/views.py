"""What machines fetch: so far, the package that a notice told of.

Law: the receipt is written before the first byte, for the whole and for a part alike.
"""

import logging
import re
from http import HTTPStatus
from typing import IO
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from pushes import receipts
from pushes.api.entering import Machine, machine_page, problem
from pushes.errors import SecretUnreadable
from pushes.models import Delivery, Package
from pushes.packaging import opened
from pushes.passwords import file_name, handed, has_one
from pushes.portal.entering import network_address

logger = logging.getLogger(__name__)

_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")


@machine_page
def package(request: HttpRequest, machine: Machine, delivery_id: UUID) -> HttpResponseBase:
    """The package, whole, or the part that a Range asks for: a fetch that broke off goes on where it stood."""
    try:
        delivery = machine.access.fetchable().get(pk=delivery_id)
    except Delivery.DoesNotExist:
        return problem(HTTPStatus.NOT_FOUND, _("Your institution has no such delivery, or its edition was withdrawn."))
    made = delivery.package
    assert made is not None  # noqa: S101 - a condition of what may be fetched
    label = delivery.edition.label
    if has_one(machine.access.institution):
        return _locked(request, machine, delivery, made)
    etag = f'"{made.sha256}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    asked = _part(request, etag, made.size)
    if asked is None:
        response = problem(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        response["Content-Range"] = f"bytes */{made.size}"
        return response
    try:
        file = opened(made)
    except OSError:
        return _missing(made)
    _receipt(request, machine, delivery)
    return _sent(file, asked, made.size, etag, file_name(label, locked=False))


def _locked(request: HttpRequest, machine: Machine, delivery: Delivery, made: Package) -> HttpResponseBase:
    """The package under the institution's password: other bytes each time, so that no part of it is handed out."""
    try:
        file, name = handed(institution=machine.access.institution, package=made, label=delivery.edition.label)
    except (OSError, SecretUnreadable):
        return _missing(made)
    _receipt(request, machine, delivery)
    response = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    response["Accept-Ranges"] = "none"
    return response


def _missing(made: Package) -> HttpResponse:
    logger.exception("package %s cannot be handed out", made)
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, _("The package is being restored. Ask again later."))


def _receipt(request: HttpRequest, machine: Machine, delivery: Delivery) -> None:
    address = network_address(request)
    receipts.downloaded(delivery=delivery, by=None, key=machine.key.prefix, address=address, now=timezone.now())


def _part(request: HttpRequest, etag: str, size: int) -> range | None:
    """The bytes that are asked for: all of them where no range, several ranges, or those of another package are.
    None where the range lies outside.
    """
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    if not found or request.headers.get("If-Range", etag) != etag:
        return range(size)
    first, last = int(found[1]), min(int(found[2] or size - 1), size - 1)
    return range(first, last + 1) if first <= last else None


def _sent(file: IO[bytes], asked: range, size: int, etag: str, name: str) -> HttpResponse | FileResponse:
    response: HttpResponse | FileResponse
    if len(asked) == size:
        response = FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
    else:
        response = FileResponse(_Slice(file, asked), status=206, content_type="application/zip")
        response["Content-Length"] = str(len(asked))
        response["Content-Range"] = f"bytes {asked.start}-{asked.stop - 1}/{size}"
    response["ETag"], response["Accept-Ranges"] = etag, "bytes"
    return response


class _Slice:
    """A part of a file, read like a file."""

    def __init__(self, file: IO[bytes], part: range) -> None:
        file.seek(part.start)
        self._file, self._left = file, len(part)
        self.close = file.close

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(piece)
        return piece
