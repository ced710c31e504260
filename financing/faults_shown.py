"""The first faults of a feedback, as its page and programs show them; the sheet has them all.

Law: enclosed under the feedback's key as the sheet is, and gone with it.
"""

from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from typing import NamedTuple

import orjson

from financing.judging_lines import Outcome
from financing.models import Feedback
from financing.words import COLUMNS
from pushes import enclosed_files
from pushes.secrets_at_rest import disclose

ROWS = 50
_TITLES = frozenset(told.title for told in COLUMNS.values())


class Shown(NamedTuple):
    """A fault: in which row, and column where it is of one."""

    row: int
    column: str
    words: str


def keep(feedback: Feedback, outcome: Outcome) -> None:
    """Those of the first faulty rows."""
    rows = islice((row for row in outcome.rows() if row.faults), ROWS)
    told = orjson.dumps([(row.number, row.faults) for row in rows])
    enclosed_files.keep(feedback.stored("shown"), BytesIO(told), disclose(feedback.key))


def of(feedback: Feedback) -> list[Shown]:
    """None once they are gone. Raises `EnclosedFileUnreadable`, `SecretUnreadable`."""
    if not feedback.faulty or not feedback.key:
        return []
    content = b"".join(enclosed_files.disclosed(feedback.stored("shown"), disclose(feedback.key)))
    return [shown for number, faults in orjson.loads(content) for shown in _told(number, faults)]


def _told(number: int, faults: list[str]) -> Iterator[Shown]:
    for fault in faults:
        title, _colon, words = fault.partition("：")
        yield Shown(number, title, words) if title in _TITLES else Shown(number, "", fault)
