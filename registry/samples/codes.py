"""Codes and numbers of made-up enterprises (pure). Law: form and check are right, none is a real one's."""

from random import Random

from registry.samples.places import UNASSIGNED_DIVISION

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}
_WEIGHTS = tuple(3**position % 31 for position in range(17))
_BODY_VALUE = {character: value for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_NUMERIC_BODIES = 90_000_000  # organisation codes of the older kind, eight digits without a leading zero
_LETTERED_BODIES = 31**6  # of the newer kind, MA and six characters
_FIRST_SERIAL = 900_000  # a province issues some thousand certificates a year, counted from 1


def organisation_codes(count: int, rng: Random) -> list[str]:
    """`count` different organisation codes (GB 11714), nine characters with their check character."""
    drawn = rng.sample(range(_NUMERIC_BODIES + _LETTERED_BODIES), count)
    return [body + _body_check(body) for body in map(_body, drawn)]


def organisation_codes_of(count: int, rng: Random, *, at: int, of: int) -> list[str]:
    """The same, half of either kind, of the part `at` of `of`: no two parts have one in common."""
    numeric = rng.sample(range(at, _NUMERIC_BODIES, of), count // 2)
    lettered = rng.sample(range(_NUMERIC_BODIES + at, _NUMERIC_BODIES + _LETTERED_BODIES, of), count - count // 2)
    drawn = numeric + lettered
    rng.shuffle(drawn)
    return [body + _body_check(body) for body in map(_body, drawn)]


def uscc(organisation_code: str, division: str = UNASSIGNED_DIVISION) -> str:
    """The 18-character unified social credit code of a company registered in `division` (GB 32100-2015)."""
    front = f"91{division}{organisation_code}"
    total = sum(_VALUE[character] * weight for character, weight in zip(front, _WEIGHTS, strict=True))
    return front + _ALPHABET[-total % 31]


def certificate_number(year: int, serial: int, province: str = "41") -> str:
    """A high-tech certificate's number of a province; `serial` counts from 0 within the year."""
    return f"GR{year}{province}{_FIRST_SERIAL + serial:06d}"


def registration_number(year: int, serial: int, kind: str, division: str = UNASSIGNED_DIVISION) -> str:
    """A yearly number of a technology-based small enterprise; `kind` is its class character, 0, 8 or A."""
    return f"{year}{division}{kind}{9_000_000 + serial:07d}"


def _body(drawn: int) -> str:
    if drawn < _NUMERIC_BODIES:
        return str(10_000_000 + drawn)
    rest, body = drawn - _NUMERIC_BODIES, ""
    for _ in range(6):
        rest, digit = divmod(rest, 31)
        body = _ALPHABET[digit] + body
    return "MA" + body


def _body_check(body: str) -> str:
    weighed = zip(body, _BODY_WEIGHTS, strict=True)
    total = sum(_BODY_VALUE[character] * weight for character, weight in weighed)
    return "0123456789X0"[11 - total % 11]
