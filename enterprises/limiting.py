"""How often somebody may try. Law: counted in the cache for an hour, under a digest: no address is kept readable."""

import hashlib

from django.core.cache import cache

from enterprises import errors

_HOUR = 3600


def count(*, what: str, who: str, most: int) -> None:
    """Note a try. Raises `TooOften` beyond `most` in an hour."""
    key = f"tries:{what}:{hashlib.sha256(who.encode()).hexdigest()[:32]}"
    cache.add(key, 0, _HOUR)
    try:
        tries = cache.incr(key)
    except ValueError:  # the hour ended in between
        return
    if tries > most:
        raise errors.TooOften
