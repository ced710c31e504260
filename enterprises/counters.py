"""The cache's Redis, for whoever counts in it. Law: nobody waits long for a count; one that fails is not repeated."""

import hashlib
import os
import threading
import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

_IDLE = 1  # seconds without a word after which a line may have been cut

_own = threading.local()

Question = tuple[Sequence[str], Sequence[int]]  # the script's KEYS and ARGV


@lru_cache(maxsize=16)
def counter_at(url: str, patience: float) -> "redis.Redis":
    """A client that gives up after `patience` seconds. Its calls raise `redis.RedisError`."""
    return redis.Redis.from_url(
        url, socket_timeout=patience, socket_connect_timeout=patience, retry=Retry(NoBackoff(), 0)
    )


class Script:
    """A script that answers with one text, asked over a line that each thread keeps for itself.

    By the client's own way, with its pool and its packing, the same takes six times as long in this process. Several
    questions go there and back together.
    """

    def __init__(self, text: str) -> None:
        self._text = text.encode()
        self._name = hashlib.sha1(self._text, usedforsecurity=False).hexdigest().encode()  # as Redis calls it

    def ask(self, url: str, patience: float, *questions: Question) -> list[bytes]:
        """What the script says to each, in their order. Raises `redis.RedisError`."""
        asked = [[b"%d" % len(keys), *(key.encode() for key in keys), *map(_digits, args)] for keys, args in questions]
        line = _line(url, patience)
        said = _said(line, [[b"EVALSHA", self._name, *words] for words in asked])
        unknown = [place for place, one in enumerate(said) if isinstance(one, redis.exceptions.NoScriptError)]
        if unknown:
            anew = _said(line, [[b"EVAL", self._text, *asked[place]] for place in unknown])
            for place, one in zip(unknown, anew, strict=True):
                said[place] = one
        return [_sound(one) for one in said]


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


def _said(line: _Line, commands: list[list[bytes]]) -> list[bytes | redis.ResponseError]:
    """What is said to each; one that Redis refuses takes none of the others along."""
    now = time.monotonic()
    if now - line.used_at > _IDLE and _is_cut(line.connection):
        line.connection.disconnect()
    try:
        line.connection.send_packed_command([b"".join(map(_packed, commands))])
        answers = [_answer(line.connection) for _command in commands]
    except BaseException:
        line.connection.disconnect()  # else the next question would be given this one's answer
        raise
    line.used_at = now
    return answers


def _answer(connection: Any) -> bytes | redis.ResponseError:
    try:
        answer: bytes = connection.read_response()
    except redis.ResponseError as refused:
        return refused
    return answer


def _sound(said: bytes | redis.ResponseError) -> bytes:
    if isinstance(said, redis.ResponseError):
        raise said
    return said


def _is_cut(connection: Any) -> bool:
    """Whether it ended while nobody used it. One that was never opened opens by itself."""
    try:
        return bool(connection.is_connected and connection.can_read(timeout=0))
    except (redis.RedisError, OSError):
        return True


def _digits(number: int) -> bytes:
    return b"%d" % number


def _packed(words: list[bytes]) -> bytes:
    """As the protocol has it: how many words, then each with its length."""
    return b"*%d\r\n%b" % (len(words), b"".join(b"$%d\r\n%b\r\n" % (len(word), word) for word in words))
