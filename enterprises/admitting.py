"""Who may look up now, and what is asked of whoever has looked up too much. Law: counted first, answered afterwards.

Look-ups that come at once are counted in one question to Redis, and those that are within the limits are fetched in one
statement: each of them waits once, for its turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.db import Error

from enterprises import metering, proving
from enterprises.fetching import Keys, fetched
from enterprises.gathering import Gathered
from enterprises.metering import Use

_TOGETHER = 8  # look-ups in one statement: more would only wait for each other
_PATIENCE = 0.05  # seconds for which one waits for others that are under way


@dataclass(frozen=True)
class Refusal:
    """After how many seconds to come again, and the work by which it is answered at once. `tried`: by other work."""

    wait: int
    challenge: proving.Challenge
    tried: bool


class _Visit(NamedTuple):
    line: str
    keys: Keys | None
    now: float


def admitted(line: str, keys: Keys | None, *, proof: str, now: float) -> Refusal | bytes:
    """Count a look-up of this line; what was fetched by its keys where it is within the limits, or work was done."""
    use, told = _gathered.ask(_Visit(line, keys, now))
    if use.excess and not _is_worked_off(line, proof, now):
        work = proving.challenge(line, use.excess, key=settings.SECRET_KEY, now=now)
        return Refusal(use.wait, work, tried=bool(proof))
    if told is None:
        told = fetched([keys])[0] if keys else b""
    return told


def _counted_and_fetched(visits: Sequence[_Visit]) -> list[tuple[Use, bytes | None]]:
    """None of whom nothing was fetched: what the database refuses is asked for each alone, and not counted again."""
    uses = metering.take(*(visit.line for visit in visits), now=visits[0].now)
    wanted = [None if use.excess else visit.keys for visit, use in zip(visits, uses, strict=True)]
    asked = [keys for keys in wanted if keys]
    try:
        found = iter(fetched(asked) if asked else ())
    except Error:
        found = iter(())
    return [(use, next(found, None) if keys else None) for use, keys in zip(uses, wanted, strict=True)]


_gathered = Gathered(_counted_and_fetched, most=_TOGETHER, patience=_PATIENCE)


def _is_worked_off(line: str, proof: str, now: float) -> bool:
    nonce = proving.solved(proof, line, key=settings.SECRET_KEY, now=now) if proof else ""
    return bool(nonce) and metering.spend(nonce, now=now, seconds=proving.SECONDS + 1)
