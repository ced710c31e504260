"""The broker's queues, as they stand in Redis. Law: read, never taken from; a quarter's queue as well as the other."""

import json
import time
from functools import lru_cache
from typing import NamedTuple

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.celery import app

SENT_AT = "sent_at"  # the header in which a task tells when it was handed over, see task_ids
_PATIENCE = 2.0


class Waiting(NamedTuple):
    tasks: int
    oldest_seconds: float


def waiting() -> Waiting:
    """How many tasks no worker has taken yet, and since when the oldest waits. Raises `redis.RedisError`."""
    asked = _client(settings.REDIS_URL).pipeline(transaction=False)
    for queue in app.conf.task_queues:
        asked.llen(queue.name)
        asked.lindex(queue.name, -1)
    told = asked.execute()
    return Waiting(sum(map(int, told[::2])), max(_age(oldest) if oldest else 0.0 for oldest in told[1::2]))


def _age(message: bytes) -> float:
    """Tasks come in on the left and are taken on the right."""
    sent = json.loads(message).get("headers", {}).get(SENT_AT)
    return max(time.time() - float(sent), 0.0) if sent else 0.0


@lru_cache(maxsize=4)
def _client(url: str) -> "redis.Redis":
    return redis.Redis.from_url(
        url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE, retry=Retry(NoBackoff(), 0)
    )
