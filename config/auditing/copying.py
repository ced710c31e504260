"""Takes sealed events to a second place, where the machine's administrator has no hand: a system log, or a file.

Law: at least once, in the order of their numbers, each seal after its events. Where the place is away nothing is lost:
it goes on from where it was.
"""

import json
import logging
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from logging.handlers import SysLogHandler
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from config.auditing.canonical import FIELDS
from config.auditing.models import Copied, Event, Seal
from config.auditing.reading import rows

SYSLOG = "syslog"
_PORT = 514
_TIMEOUT_SECONDS = 10
Write = Callable[[str], None]


def copy() -> int:
    """How many events went; none where no second place is set. Raises `OSError` where the place takes nothing."""
    if not settings.AUDIT_COPY:
        return 0
    gone = 0
    with transaction.atomic():
        mark, _made = Copied.objects.select_for_update().get_or_create(pk=1)
        waiting = list(Seal.objects.filter(last__gt=mark.last).order_by("last"))
        for seal in waiting:
            with _place(settings.AUDIT_COPY) as write:
                for row in rows(Event.objects.filter(number__lte=seal.last), after=mark.last):
                    write(_told(row))
                    gone += 1
                end = {"seal": [seal.first, seal.last], "events": seal.events, "digest": seal.digest}
                write(json.dumps(end))
            mark.last = seal.last
            mark.save()
    return gone


def _told(row: Sequence[Any]) -> str:
    return json.dumps(dict(zip(FIELDS, row, strict=True)), ensure_ascii=False, cls=DjangoJSONEncoder)


def _place(where: str) -> Any:
    return _system_log(where) if where.startswith(SYSLOG) else _file(Path(where))


@contextmanager
def _file(path: Path) -> Iterator[Write]:
    """Appended, and on the disk before it counts. Whoever turns the file over moves it away: each run opens it anew."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        yield lambda text: _written(file.write(f"{text}\n"))
        file.flush()
        os.fsync(file.fileno())


def _written(_characters: int) -> None:
    """A file says how much it took."""


class _Loud(SysLogHandler):
    """A handler that says so where nobody takes what it sends."""

    append_nul = False

    def handleError(self, record: logging.LogRecord) -> NoReturn:
        raise


@contextmanager
def _system_log(where: str) -> Iterator[Write]:
    """`syslog:///dev/log`, the machine's own; or `syslog://host:514`, another's over TCP, a line for each event."""
    parts = urlsplit(where)
    remote = bool(parts.hostname)
    address: Any = (parts.hostname, parts.port or _PORT) if remote else parts.path
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_TIMEOUT_SECONDS)
    try:
        handler = _Loud(address, SysLogHandler.LOG_AUTHPRIV, socket.SOCK_STREAM if remote else None)
    finally:
        socket.setdefaulttimeout(before)
    handler.ident = "registry-audit: "
    end = "\n" if remote else ""
    try:
        yield lambda text: handler.emit(logging.LogRecord("audit", logging.INFO, "", 0, f"{text}{end}", None, None))
    finally:
        handler.close()
