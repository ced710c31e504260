"""Before a look-up by machine: what a text says as a code, or what is wrong with it (pure).

Law: a code that fails its check is never guessed, only refused, and the fault is named so that somebody can mend it.
"""

from typing import Literal, NamedTuple

from enterprises.public_ids import is_public_id
from registry.identifiers import clean_code, has_lost_digits, is_old_number, looks_rounded, uscc_check_passes

Fault = Literal["", "empty", "lost_digits", "old_number", "length", "letter", "sign", "check", "id_check"]
# What people and scanners write for digits and letters that look alike; the standard leaves these letters out.
MEANT = {"I": "1", "O": "0", "Q": "0", "S": "5", "V": "U", "Z": "2"}
_LEFT_OUT = "IOSVZ"
_LENGTH, _ID_LENGTH = 18, 8


class Judged(NamedTuple):
    """A cleaned code; where it is none, its fault, and the place (from 1) and the sign at which it lies."""

    code: str
    fault: Fault = ""
    place: int = 0
    sign: str = ""

    @property
    def by_public_id(self) -> bool:
        return len(self.code) == _ID_LENGTH


def judged(text: str) -> Judged:
    """The text as a unified social credit code or a public id."""
    code = clean_code(text)
    if not code:
        return Judged(code, "empty")
    if has_lost_digits(code):
        return Judged(code, "lost_digits")
    if len(code) == _ID_LENGTH and code[0] == "E":
        return Judged(code, "" if is_public_id(code) else "id_check")
    return _credit_code(code)


def _credit_code(code: str) -> Judged:
    if is_old_number(code):
        return Judged(code, "old_number")
    for place, sign in enumerate(code, start=1):
        if not (sign.isascii() and sign.isalnum()):
            return Judged(code, "sign", place, sign)
    if len(code) != _LENGTH:
        return Judged(code, "length", len(code))
    for place, sign in enumerate(code, start=1):
        if sign in _LEFT_OUT:
            return Judged(code, "letter", place, sign)
    if uscc_check_passes(code):
        return Judged(code)
    return Judged(code, "lost_digits" if looks_rounded(code) else "check")
