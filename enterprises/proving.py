"""Work that a browser does before one more look-up, where there were too many (pure, but for the site's key).

Law: a challenge is signed, of one visitor, of a few minutes, and spent once; the harder, the further beyond the limit.
The work: a number such that SHA-256 of `nonce.number` begins with so many zero bits.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

SECONDS = 300
_EASIEST, _HARDEST = 15, 23  # bits: a tenth of a second, half a minute of a phone


@dataclass(frozen=True)
class Challenge:
    """What the page gives to the browser."""

    token: str
    nonce: str
    bits: int


def bits_for(excess: int) -> int:
    """One bit, so twice the work, for each doubling of the excess."""
    return min(_EASIEST + max(excess, 1).bit_length() - 1, _HARDEST)


def challenge(line: str, excess: int, *, key: str, now: float) -> Challenge:
    """A new one for this visitor."""
    bits, nonce = bits_for(excess), secrets.token_hex(8)
    facts = f"{bits}.{int(now) + SECONDS}.{nonce}"
    return Challenge(f"{facts}.{_signed(facts, line, key)}", nonce, bits)


def solved(proof: str, line: str, *, key: str, now: float) -> str:
    """The nonce of the challenge that the proof (`token.number`) solves; "" where it does not, or came too late."""
    parts = proof.split(".")
    if len(proof) > 200 or len(parts) != 5 or not proof.isascii():
        return ""
    bits, ends, nonce, signature, number = parts
    if not hmac.compare_digest(signature, _signed(f"{bits}.{ends}.{nonce}", line, key)) or int(ends) < now:
        return ""
    digest = hashlib.sha256(f"{nonce}.{number}".encode()).digest()
    return nonce if int.from_bytes(digest[:4], "big") >> (32 - int(bits)) == 0 else ""


def _signed(facts: str, line: str, key: str) -> str:
    return hmac.new(key.encode(), f"lookup-proof|{facts}|{line}".encode(), hashlib.sha256).hexdigest()[:32]
