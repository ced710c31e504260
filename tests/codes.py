"""What an authenticator app shows, made as RFC 6238 says."""

import base64
import hmac
import struct
import time


def totp(secret: str, *, later: int = 0) -> str:
    """The code of this half minute, or of a later one: whoever needs two codes takes this one first, then the next."""
    counter = int(time.time()) // 30 + later
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), "sha1").digest()
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


class Authenticator:
    """Gives each code once, as whoever waits for the next does: a code of this half minute or of a neighbour."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._given: set[str] = set()

    def code(self) -> str:
        fresh = next(code for later in (0, 1, -1) if (code := totp(self._secret, later=later)) not in self._given)
        self._given.add(fresh)
        return fresh
