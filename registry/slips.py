"""Slips of the pen in codes and numbers (pure). Law: a correction is only proposed, and only if it alone passes."""

import re

from registry.identifiers import clean_code, undressed, uscc_check_passes

# The letters that a credit code never holds and that are typed for the digits they look like (GB 32100-2015).
_LOOKS_LIKE = str.maketrans("OIZS", "0125")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def code_without_slips(written: str) -> str:
    """The credit code that was meant, where letters stand for the digits they look like; "" where that is none."""
    found = {reading.translate(_LOOKS_LIKE) for reading in _readings(written)}
    return _only({meant for meant in found if uscc_check_passes(meant)}, written)


def number_without_slips(written: str, pattern: re.Pattern[str]) -> str:
    """The number that was meant, of the programme's `pattern`; "" where none or several would do."""
    found = set()
    for reading in _readings(written):
        letters = len(reading) - len(reading.lstrip(_LETTERS))
        for kept in range(letters + 1):  # a prefix such as GS keeps its letters
            found.add(reading[:kept] + reading[kept:].translate(_LOOKS_LIKE))
    return _only({meant for meant in found if pattern.match(meant)}, written)


def _readings(written: str) -> set[str]:
    """In capitals, a small l as the letter it is and as the 1 it looks like."""
    text = undressed(written)
    return {text.upper(), text.replace("l", "1").upper()}


def _only(passing: set[str], written: str) -> str:
    """The one text that passes, unless it is what was written."""
    return passing.pop() if len(passing) == 1 and clean_code(written) not in passing else ""
