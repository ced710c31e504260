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
