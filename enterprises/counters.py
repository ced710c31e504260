"""The cache's Redis, for whoever counts in it. Law: nobody waits long for a count; one that fails is not repeated."""

from functools import lru_cache

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry


@lru_cache(maxsize=16)
def counter_at(url: str, patience: float) -> "redis.Redis":
    """A client that gives up after `patience` seconds. Its calls raise `redis.RedisError`."""
    return redis.Redis.from_url(
        url, socket_timeout=patience, socket_connect_timeout=patience, retry=Retry(NoBackoff(), 0)
    )
