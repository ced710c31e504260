"""Codes and numbers, cleaned and checked (pure). Law: a code that fails its check is never guessed, only refused."""

import re
import unicodedata
from operator import mul

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z
_FOREIGN = 255


def _values(alphabet: str) -> bytes:
    """For each byte its value as a character of `alphabet`, `_FOREIGN` for every other: one `translate` values all."""
    return bytes(alphabet.find(chr(byte)) if chr(byte) in alphabet else _FOREIGN for byte in range(256))


_VALUES = _values(_ALPHABET)
_WEIGHTS = (*(3**position % 31 for position in range(17)), 1)  # the check character makes the sum a multiple of 31
_ORG_VALUES = _values("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORG_CHECKS = "0X987654321"  # by the weighted sum's remainder
_DROPPED = re.compile("[\\s'‘’“”`\"\u200b-\u200f\u2060\u2400\ufeff\u0000-]+")
_SCIENTIFIC = re.compile(r"^\d(\.\d+)?E\+?\d+$")
_ROUNDED = re.compile(r"^\d{15}000$")  # a spreadsheet keeps fifteen digits of a number
_SHAPE = re.compile(r"^[0-9A-Z]{18}$")
_ORG_SHAPE = re.compile(r"^[0-9A-Z]{8}[0-9X]$")


def undressed(text: str) -> str:
    """A code or number without white space, quotes, hyphens and width."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text))


def clean_code(text: str) -> str:
    """A code or number as it should be written: undressed, in capitals."""
    return undressed(text).upper()


def has_lost_digits(code: str) -> bool:
    """Whether a cleaned code is a long number in a spreadsheet's scientific form (9.14101E+17)."""
    return _SCIENTIFIC.match(code) is not None


def looks_rounded(code: str) -> bool:
    """Whether a cleaned code of eighteen digits ends as it would had a spreadsheet rounded it."""
    return code.endswith("000") and _ROUNDED.match(code) is not None


def uscc_check_passes(code: str) -> bool:
    """Whether an 18-character unified social credit code carries the right check character (GB 32100-2015)."""
    if len(code) != 18 or not code.isascii():
        return False
    values = code.encode().translate(_VALUES)
    return _FOREIGN not in values and sum(map(mul, values, _WEIGHTS)) % 31 == 0


def uscc_fault(code: str) -> str:
    """Why a cleaned code is no unified social credit code: the name of the fault, or "" where it is one."""
    if has_lost_digits(code):
        return "uscc_lost_digits"
    if not _SHAPE.match(code):
        return "uscc_shape"
    if uscc_check_passes(code):
        return ""
    return "uscc_lost_digits" if looks_rounded(code) else "uscc_check"


def org_code_check_passes(code: str) -> bool:
    """Whether nine digits and capitals carry the check character of an organisation code (GB 11714)."""
    values = code[:8].encode().translate(_ORG_VALUES)
    return code[8] == _ORG_CHECKS[sum(map(mul, values, _ORG_WEIGHTS)) % 11]


def is_old_number(code: str) -> bool:
    """Whether a cleaned code is a business registration number or an organisation code of the time before 2015."""
    if len(code) == 15 and code.isdecimal() and code.isascii():
        product = 10
        for digit in code:  # ISO 7064, MOD 11,10
            total = product % 11 + int(digit)
            product = (total % 10 or 10) * 2
        return total % 10 == 1
    return _ORG_SHAPE.match(code) is not None and org_code_check_passes(code)
