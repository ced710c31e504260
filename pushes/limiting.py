"""How much machines may ask: counted in Redis, all limits of a request at once.

Law: what is refused counts nowhere. Where the counter cannot be reached, everybody is answered: a limit guards the
site, and keeps no data from anybody.
"""

import logging
from collections.abc import Sequence
from typing import NamedTuple

import redis
from django.conf import settings

from enterprises.counters import counter_at

logger = logging.getLogger(__name__)

_PATIENCE = 0.5  # seconds, of a request that waits for the counter
_COUNT = """
local allowed, told = 1, {}
for i, name in ipairs(KEYS) do
    local most, cost = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i])
    if tonumber(redis.call('GET', name) or '0') + cost > most then allowed = 0 end
end
for i, name in ipairs(KEYS) do
    local seconds, cost = tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
    if allowed == 1 and cost > 0 then
        redis.call('SET', name, 0, 'EX', seconds, 'NX')
        redis.call('INCRBY', name, cost)
    end
    local ends = redis.call('TTL', name)
    told[2 * i - 1] = tonumber(redis.call('GET', name) or '0')
    told[2 * i] = ends > 0 and ends or seconds
end
table.insert(told, 1, allowed)
return told
"""


class Limit(NamedTuple):
    """So many in so many seconds, counted from the first one. `name` is told, `of` is whose it is."""

    name: str
    of: str
    most: int
    seconds: int
    cost: int = 1


class Standing(NamedTuple):
    """What is left of a limit, and in how many seconds it is whole again."""

    limit: Limit
    left: int
    resets: int

    @property
    def exceeded(self) -> bool:
        """Whether this is what a refused request met."""
        return self.left < self.limit.cost


class Count(NamedTuple):
    """Whether the request may go on, and how its limits stand; none where the counter was not reached."""

    allowed: bool
    standings: tuple[Standing, ...] = ()

    @property
    def wait(self) -> int:
        """Seconds until a refused request may come again."""
        return max((one.resets for one in self.standings if one.exceeded), default=1)


def count(limits: Sequence[Limit]) -> Count:
    """Count the request against all its limits, or against none where one of them is used up."""
    keys = [_key(limit) for limit in limits]
    words = [word for limit in limits for word in (limit.most, limit.seconds, limit.cost)]
    try:
        told = counter_at(str(settings.CACHES["default"]["LOCATION"]), _PATIENCE).eval(_COUNT, len(keys), *keys, *words)
    except redis.RedisError:
        logger.exception("requests are not counted")
        return Count(allowed=True)
    allowed, *pairs = [int(one) for one in told]
    used, resets = pairs[::2], pairs[1::2]
    return Count(
        bool(allowed),
        tuple(
            Standing(limit, max(limit.most - spent, 0), left)
            for limit, spent, left in zip(limits, used, resets, strict=True)
        ),
    )


def _key(limit: Limit) -> str:
    prefix = settings.CACHES["default"].get("KEY_PREFIX", "")
    return f"{prefix}:limit:{limit.name}:{limit.of}"
