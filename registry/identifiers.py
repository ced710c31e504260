"""Codes and numbers, cleaned and checked (pure). Law: a code that fails its check is never guessed, only refused."""

import re
import unicodedata

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}
_WEIGHTS = tuple(3**position % 31 for position in range(17))
_DROPPED = re.compile("[\\s'’`\"\u200b-\u200f\u2060\ufeff\u0000-]+")
_SCIENTIFIC = re.compile(r"^\d(\.\d+)?E\+?\d+$")
_SHAPE = re.compile(r"^[0-9A-Z]{18}$")


def clean_code(text: str) -> str:
    """A code or number without white space, quotes, hyphens and width, in capitals."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text)).upper()


def uscc_check_passes(code: str) -> bool:
    """Whether an 18-character unified social credit code carries the right check character (GB 32100-2015)."""
    try:
        total = sum(_VALUE[character] * weight for character, weight in zip(code, _WEIGHTS, strict=False))
        return len(code) == 18 and _VALUE[code[17]] == -total % 31
    except KeyError:
        return False


def uscc_fault(code: str) -> str:
    """Why a cleaned code is no unified social credit code: the name of the fault, or "" where it is one."""
    if _SCIENTIFIC.match(code):
        return "uscc_lost_digits"
    if not _SHAPE.match(code):
        return "uscc_shape"
    return "" if uscc_check_passes(code) else "uscc_check"
