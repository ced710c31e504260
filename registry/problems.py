"""What can be wrong with a row (pure). Law: a problem has a code that `wording` words, a weight, and its text."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"  # the line cannot be used
    WARNING = "warning"  # the line is used without the faulty part
    NOTE = "note"  # worth a look


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a row.

    `proposal` is what the text would read without a slip of the pen, where that passes all checks.
    """

    code: str
    severity: Severity
    text: str = ""
    proposal: str = ""
