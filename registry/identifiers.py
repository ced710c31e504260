"""Codes and numbers, cleaned and checked (pure). Law: a code that fails its check is never guessed, only refused."""

import re
import unicodedata
from operator import mul

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z
_VALUE = {character: value for value, character in enumerate(_ALPHABET)}
_WEIGHTS = tuple(3**position % 31 for position in range(17))
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_DROPPED = re.compile("[\\s'’`\"\u200b-\u200f\u2060\ufeff\u0000-]+")
_SCIENTIFIC = re.compile(r"^\d(\.\d+)?E\+?\d+$")
_ROUNDED = re.compile(r"^\d{15}000$")  # a spreadsheet keeps fifteen digits of a number
_SHAPE = re.compile(r"^[0-9A-Z]{18}$")


def clean_code(text: str) -> str:
    """A code or number without white space, quotes, hyphens and width, in capitals."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text)).upper()


def uscc_check_passes(code: str) -> bool:
    """Whether an 18-character unified social credit code carries the right check character (GB 32100-2015)."""
    if len(code) != 18:
        return False
    try:
        *values, last = map(_VALUE.__getitem__, code)
    except KeyError:
        return False
    total: int = sum(map(mul, values, _WEIGHTS))
    return last == -total % 31


def uscc_fault(code: str) -> str:
    """Why a cleaned code is no unified social credit code: the name of the fault, or "" where it is one."""
    if _SCIENTIFIC.match(code):
        return "uscc_lost_digits"
    if not _SHAPE.match(code):
        return "uscc_shape"
    if uscc_check_passes(code):
        return ""
    return "uscc_lost_digits" if _ROUNDED.match(code) else "uscc_check"


def is_old_number(code: str) -> bool:
    """Whether a cleaned code is a business registration number or an organisation code of the time before 2015."""
    if len(code) == 15 and code.isdecimal() and code.isascii():
        product = 10
        for digit in code:  # ISO 7064, MOD 11,10
            total = product % 11 + int(digit)
            product = (total % 10 or 10) * 2
        return total % 10 == 1
    if len(code) != 9 or not code.isascii() or not code.isalnum():
        return False
    check = 11 - sum(int(character, 36) * weight for character, weight in zip(code[:8], _ORG_WEIGHTS, strict=True)) % 11
    return code[8] == ("X" if check == 10 else "0" if check == 11 else str(check))  # GB 11714
