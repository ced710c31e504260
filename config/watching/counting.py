"""Failed sign-ins of a day, counted in the cache: a number, nobody's name. Law: counting never keeps anybody out."""

import logging
from datetime import datetime
from typing import Any

import redis
from django.core.cache import cache
from django.utils import timezone
from django.utils.timezone import localdate

logger = logging.getLogger(__name__)

_KEPT = 2 * 86_400


def note_failed_sign_in(**_said: Any) -> None:
    """One more today."""
    key = _key(timezone.now())
    try:
        cache.add(key, 0, _KEPT)
        cache.incr(key)
    except (redis.RedisError, ValueError):
        logger.warning("a failed sign-in was not counted")


def failed_sign_ins(now: datetime) -> int:
    """How many there were today; 0 while the cache is down."""
    try:
        return int(cache.get(_key(now), 0))
    except redis.RedisError:
        return 0


def _key(now: datetime) -> str:
    return f"failed-sign-ins:{localdate(now)}"
