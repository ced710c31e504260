"""Beat on every machine, one of them at work. Law: what is due is sent once; and were it sent twice, no harm were done.

Those who stand by keep their schedule as if they sent it, so that whoever takes over sends nothing of before again.
What fell due in the minutes between is made up for by the next sweep, a quarter's run by `catch-up-quarter`.
"""

import logging
import os
import secrets
import socket
from contextlib import suppress
from typing import Any

import redis
from celery.beat import ScheduleEntry
from django.conf import settings

from config.scheduling import Scheduler

logger = logging.getLogger(__name__)

KEY = "beat:at-work"
# Longer than the minute between two sweeps: whoever is silent for so long is gone.
SILENCE_SECONDS = 130


class OneBeat(Scheduler):
    """The schedule, sent by the one that holds the key in Redis."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._me = f"{socket.gethostname()}:{secrets.token_hex(8)}".encode()
        self._works: bool | None = None
        self._line = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=10)
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        seconds: float = super().tick(*args, **kwargs)
        _tell_systemd("READY=1\nWATCHDOG=1")
        return seconds

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        if self._is_at_work():
            super().apply_entry(entry, producer=producer)

    def close(self) -> None:
        """Whoever stops leaves at once, so that another need not wait."""
        try:
            if self._line.get(KEY) == self._me:
                self._line.delete(KEY)
        except redis.RedisError:
            logger.warning("beat could not leave: Redis does not answer")
        super().close()

    def _is_at_work(self) -> bool:
        """Without Redis nothing can be sent anyway, and Celery says so."""
        try:
            works = bool(self._line.set(KEY, self._me, nx=True, ex=SILENCE_SECONDS)) or self._line.get(KEY) == self._me
            if works:
                self._line.expire(KEY, SILENCE_SECONDS)
        except redis.RedisError:
            return True
        if works != self._works:
            logger.warning("beat %s", "is at work" if works else "stands by: another is at work")
            self._works = works
        return works


def _tell_systemd(words: str) -> None:
    """Where systemd started us, it kills and restarts whoever is silent for too long."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address:
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
            line.connect(address.replace("@", "\0", 1) if address.startswith("@") else address)
            line.send(words.encode())
