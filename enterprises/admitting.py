"""Who may look up now, and what is asked of whoever has looked up too much. Law: counted first, answered afterwards."""

from dataclasses import dataclass

from django.conf import settings

from enterprises import metering, proving


@dataclass(frozen=True)
class Refusal:
    """After how many seconds to come again, and the work by which it is answered at once. `tried`: by other work."""

    wait: int
    challenge: proving.Challenge
    tried: bool


def refusal(line: str, *, proof: str, now: float) -> Refusal | None:
    """Count a look-up of this line; None where it is to be answered: within the limits, or by work that was done."""
    use = metering.take(line, now=now)
    if not use.excess:
        return None
    key = settings.SECRET_KEY
    nonce = proving.solved(proof, line, key=key, now=now) if proof else ""
    if nonce and metering.spend(nonce, now=now, seconds=proving.SECONDS + 1):
        return None
    return Refusal(use.wait, proving.challenge(line, use.excess, key=key, now=now), tried=bool(proof))
