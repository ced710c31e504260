"""The cache's Redis, for whoever counts in it. Law: nobody waits long for a count; one that fails is not repeated."""

import hashlib
import os
import threading
import time
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

_IDLE = 1  # seconds without a word after which a line may have been cut

_own = threading.local()


@lru_cache(maxsize=16)
def counter_at(url: str, patience: float) -> "redis.Redis":
    """A client that gives up after `patience` seconds. Its calls raise `redis.RedisError`."""
    return redis.Redis.from_url(
        url, socket_timeout=patience, socket_connect_timeout=patience, retry=Retry(NoBackoff(), 0)
    )


class Script:
    """A script that answers with one text, asked over a line that each thread keeps for itself.

    By the client's own way, with its pool and its packing, the same takes six times as long in this process.
    """

    def __init__(self, text: str) -> None:
        self._text = text.encode()
        self._name = hashlib.sha1(self._text, usedforsecurity=False).hexdigest().encode()  # as Redis calls it

    def ask(self, url: str, patience: float, *, keys: Iterable[str], args: Iterable[int]) -> bytes:
        """What the script says. Raises `redis.RedisError`."""
        named = [key.encode() for key in keys]
        words = [b"%d" % len(named), *named, *(b"%d" % number for number in args)]
        line = _line(url, patience)
        try:
            return _said(line, [b"EVALSHA", self._name, *words])
        except redis.exceptions.NoScriptError:
            return _said(line, [b"EVAL", self._text, *words])


class _Line:
    """A line to Redis, and when it was last used."""

    def __init__(self, url: str, patience: float) -> None:
        self.process = os.getpid()
        pool = counter_at(url, patience).connection_pool
        # Not the pool's to count: it gives out only so many, and threads may be more.
        self.connection: Any = pool.connection_class(**pool.connection_kwargs)
        self.used_at = 0.0


def _line(url: str, patience: float) -> _Line:
    """This thread's own; a process that came of this one by a fork opens another."""
    lines: dict[tuple[str, float], _Line] = _own.__dict__.setdefault("lines", {})
    line = lines.get((url, patience))
    if line is None or line.process != os.getpid():
        line = lines[url, patience] = _Line(url, patience)
    return line


def _said(line: _Line, words: list[bytes]) -> bytes:
    now = time.monotonic()
    if now - line.used_at > _IDLE and _is_cut(line.connection):
        line.connection.disconnect()
    try:
        line.connection.send_packed_command([_packed(words)])
        answer: bytes = line.connection.read_response()
    except redis.ResponseError:
        raise
    except BaseException:
        line.connection.disconnect()  # else the next question would be given this one's answer
        raise
    line.used_at = now
    return answer


def _is_cut(connection: Any) -> bool:
    """Whether it ended while nobody used it. One that was never opened opens by itself."""
    try:
        return bool(connection.is_connected and connection.can_read(timeout=0))
    except (redis.RedisError, OSError):
        return True


def _packed(words: list[bytes]) -> bytes:
    """As the protocol has it: how many words, then each with its length."""
    return b"*%d\r\n%b" % (len(words), b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in words))
