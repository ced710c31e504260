"""The table of changes since the edition before (pure): what, why in plain words, and on which evidence."""

from collections.abc import Iterable, Mapping

from enterprises.delta import Cause
from pushes.cutting import CutChange
from pushes.formats import words
from pushes.formats.table import Cell, Column

COLUMNS = [
    Column(words.PUBLIC_ID, 11),
    Column(words.CODE, 22),
    Column(words.NAME, 40),
    Column(words.CHANGE, 8),
    Column(words.CAUSES_TITLE, 40),
    Column(words.BEFORE, 40),
    Column(words.AFTER, 40),
    Column(words.EVIDENCE, 40),
]


def row(change: CutChange, programmes: Mapping[str, str]) -> list[Cell]:
    """The change's row; code and name are those of now, or the last ones where the enterprise has left."""
    record = change.difference.after or change.difference.before
    assert record is not None  # noqa: S101 - a difference has one of the two
    causes = change.causes
    return [
        record["id"],
        record["uscc"],
        record["name"],
        words.KINDS[change.difference.kind],
        _joined(_labelled(words.CAUSES.get(one["cause"], one["cause"]), _programme(one, programmes)) for one in causes),
        _joined(_labelled(words.period(one["before"]), _subject(one, programmes)) for one in causes),
        _joined(_labelled(words.period(one["after"]), _subject(one, programmes)) for one in causes),
        _joined(one["source"] for one in causes),
    ]


def _programme(cause: Cause, programmes: Mapping[str, str]) -> str:
    return programmes.get(cause["programme"], cause["programme"])


def _subject(cause: Cause, programmes: Mapping[str, str]) -> str:
    return _programme(cause, programmes) or words.FIELDS.get(cause["cause"], "")


def _labelled(text: str, label: str) -> str:
    return f"{label}{words.COLON}{text}" if label and text else text


def _joined(parts: Iterable[str]) -> str:
    return words.SEPARATOR.join(dict.fromkeys(part for part in parts if part))
