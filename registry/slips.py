"""Slips of the pen in codes and numbers (pure). Law: a correction is only proposed, and only if it passes."""

import re

from registry.identifiers import uscc_check_passes

# The letters that a credit code never holds and that are typed for the digits they look like (GB 32100-2015).
_LOOKS_LIKE = str.maketrans("OIZS", "0125")


def code_without_slips(code: str) -> str:
    """The credit code that was meant, where the letters it cannot hold stand for digits; "" where that is none."""
    meant = code.translate(_LOOKS_LIKE)
    return meant if meant != code and uscc_check_passes(meant) else ""


def number_without_slips(number: str, pattern: re.Pattern[str]) -> str:
    """The number that was meant, of the programme's `pattern`; "" where none or several would do."""
    letters = len(number) - len(number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    found = {
        meant
        for kept in range(letters + 1)  # a prefix such as GS keeps its letters
        if (meant := number[:kept] + number[kept:].translate(_LOOKS_LIKE)) != number and pattern.match(meant)
    }
    return found.pop() if len(found) == 1 else ""
