"""How many look-ups came from one address, and from all, is counted in Redis. Law: whoever counts also sees the count.

Counts are of a minute and of a day, in one step. With Redis down the look-up still answers, by a tighter count of this
process alone. Addresses are not kept: their keys are hashes, gone with the day.
"""

import logging
import threading
import time
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b, sha256
from typing import Any

import redis
from django.conf import settings

from enterprises.counters import Script, counter_at

logger = logging.getLogger(__name__)

# Whoever is beyond the limits of his own does not use up what all have together.
_COUNT = Script("""
local counts, within = {}, true
for place, key in ipairs(KEYS) do
    counts[place] = 0
    if within then
        counts[place] = redis.call('INCR', key)
        if counts[place] == 1 then redis.call('EXPIRE', key, ARGV[place]) end
    end
    if place == 2 then
        for own = 1, 2 do
            local limit = tonumber(ARGV[3 + own])
            within = within and (limit == 0 or counts[own] <= limit)
        end
    end
end
return table.concat(counts, ' ')
""")
_MINUTE, _DAY = 60, 86_400
_PATIENCE = 0.25  # seconds that a visitor waits for a Redis that does not answer
_PAUSE = 5  # seconds for which it is not asked again
_TIGHTER = 4  # a process alone lets in a quarter: there are several of them
_LINES = 10_000  # that one process counts apart
_ZONE = 8 * 3600  # the day begins at midnight in Zhengzhou


@dataclass(frozen=True)
class Use:
    """By how many look-ups it is too much (none: 0), and after how many seconds it would not be."""

    excess: int = 0
    wait: int = 0


class _Alone:
    """What a process counts by itself, of one minute; and which tokens it has seen."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.minute, self.counts = 0, dict[str, int]()
        self.spent = dict[str, float]()
        self.asks_again = 0.0

    def count(self, minute: int, line: str, limit: int) -> tuple[int, int]:
        """The line's look-ups of this minute, and everybody's that were within its limit."""
        with self.lock:
            if minute != self.minute:
                self.minute, self.counts = minute, {}
            if line not in self.counts and len(self.counts) >= _LINES:
                line = "others"
            own = self.counts[line] = self.counts.get(line, 0) + 1
            if limit and own > limit:
                return own, 0
            everybody = self.counts[""] = self.counts.get("", 0) + 1
            return own, everybody

    def spend(self, token: str, now: float, seconds: int) -> bool:
        with self.lock:
            self.spent = {key: ends for key, ends in self.spent.items() if ends > now}
            if token in self.spent or len(self.spent) >= _LINES:
                return False
            self.spent[token] = now + seconds
            return True


_alone = _Alone()


def forget() -> None:
    """Forget what this process counted alone, and that Redis was down."""
    global _alone
    _alone = _Alone()


def take(*lines: str, now: float) -> list[Use]:
    """Count one look-up of each of these lines (`visitors.line_of`), whether it will be answered or not."""
    limits = (settings.LOOKUPS_PER_MINUTE, settings.LOOKUPS_PER_DAY, settings.LOOKUPS_TOTAL_PER_MINUTE)
    if not any(limits):
        return [Use()] * len(lines)
    minute, day = int(now) // _MINUTE, (int(now) + _ZONE) // _DAY
    waits = (_MINUTE - int(now) % _MINUTE, _DAY - (int(now) + _ZONE) % _DAY, _MINUTE - int(now) % _MINUTE)
    names = [_hashed(line, settings.SECRET_KEY) for line in lines]
    numbers = (2 * _MINUTE, _DAY + _MINUTE, 2 * _MINUTE, *limits[:2])
    questions = [
        ((f"lookup:m:{minute}:{name}", f"lookup:d:{day}:{name}", f"lookup:a:{minute}"), numbers) for name in names
    ]
    said = _asked(lambda: _COUNT.ask(_address(), _PATIENCE, *questions))
    if said is not None:
        return [_use(tuple(map(int, one.split())), limits, waits) for one in said]
    limits = (-(-limits[0] // _TIGHTER), 0, -(-limits[2] // _TIGHTER))
    counts = [_alone.count(minute, name, limits[0]) for name in names]
    return [_use((own, 0, everybody), limits, waits) for own, everybody in counts]


def _use(counts: Any, limits: tuple[int, ...], waits: tuple[int, ...]) -> Use:
    """A limit of 0 is none."""
    over = [
        (count - limit, wait) for count, limit, wait in zip(counts, limits, waits, strict=True) if 0 < limit < count
    ]
    return Use(max(excess for excess, _wait in over), max(wait for _excess, wait in over)) if over else Use()


def spend(token: str, *, now: float, seconds: int) -> bool:
    """Whether the token was not spent before; it is now. `seconds`: how long it would count."""
    fresh = _asked(lambda: bool(counter_at(_address(), _PATIENCE).set(f"lookup:t:{token}", 1, nx=True, ex=seconds)))
    return _alone.spend(token, now, seconds) if fresh is None else bool(fresh)


def _asked(question: Any) -> Any:
    """Redis's answer; None while it is down."""
    if time.monotonic() < _alone.asks_again:
        return None
    try:
        return question()
    except redis.RedisError:
        _alone.asks_again = time.monotonic() + _PAUSE
        logger.exception("Redis does not count look-ups; this process does, by a tighter limit")
        return None


def _hashed(line: str, secret: str) -> str:
    return blake2b(line.encode(), key=_key(secret), digest_size=12).hexdigest()


@cache
def _key(secret: str) -> bytes:
    return sha256(secret.encode()).digest()  # a key's length is bounded, a secret's is not


def _address() -> str:
    """That of the cache."""
    return str(settings.CACHES["default"]["LOCATION"])
