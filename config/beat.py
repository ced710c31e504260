"""Beat on every machine, one of them at work. Law: what is due is sent once; and were it sent twice, no harm were done.

Those who stand by keep their schedule as if they sent it, so that whoever takes over sends nothing of before again. What
fell due in the minutes between is made up for by the next sweep, a quarter's run by `catch-up-quarter`.
"""

import logging
import secrets
import socket
from typing import Any

import redis
from celery.beat import PersistentScheduler, ScheduleEntry
from django.conf import settings

logger = logging.getLogger(__name__)

KEY = "beat:at-work"
# Longer than the minute between two sweeps: whoever is silent for so long is gone.
SILENCE_SECONDS = 130


class OneBeat(PersistentScheduler):  # type: ignore[misc]
    """Celery's own schedule, sent by the one that holds the key in Redis."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._me = f"{socket.gethostname()}:{secrets.token_hex(8)}".encode()
        self._works: bool | None = None
        self._line = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=10)
        super().__init__(*args, **kwargs)

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
