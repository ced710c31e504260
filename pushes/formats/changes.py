"""The table of changes since the edition before (pure): what, why in plain words, on which evidence, and the new row.

The new row's cells follow in the columns of the table of members; those that stand among the change's own are not
repeated, and none is filled where the enterprise has left. So a program applies it to the members of before.

Law: causes, before, after, evidence and its lists are parallel: the third of one belongs to the third of another.
"""

from collections.abc import Iterable, Mapping

from enterprises.canonical import Record
from enterprises.delta import Cause
from pushes.cutting import CutChange
from pushes.formats import enterprises, words
from pushes.formats.recognitions import NoticeOf
from pushes.formats.table import Cell, Column

_OWN = [
    Column(words.PUBLIC_ID, 11),
    Column(words.CODE, 22),
    Column(words.NAME, 40),
    Column(words.CHANGE, 8),
    Column(words.CAUSES_TITLE, 40),
    Column(words.BEFORE, 40),
    Column(words.AFTER, 40),
    Column(words.EVIDENCE, 40),
    Column(words.EVIDENCE_LISTS, 60),
]
_OWN_TITLES = {column.title for column in _OWN}


def columns(programmes: Mapping[str, str]) -> list[Column]:
    """The change's own columns, then those of the table of members with these programmes (code → name)."""
    return [*_OWN, *(column for column in enterprises.columns(programmes) if column.title not in _OWN_TITLES)]


def row(change: CutChange, programmes: Mapping[str, str], names: Mapping[str, str], notice_of: NoticeOf) -> list[Cell]:
    """The change's row; code and name are those of now, or the last ones where the enterprise has left.

    `programmes` are those with a column of their own, `names` names them all.
    """
    record = change.difference.after or change.difference.before
    assert record is not None  # noqa: S101 - a difference has one of the two
    causes = change.causes
    return [
        record["id"],
        record["uscc"],
        record["name"],
        words.KINDS[change.difference.kind],
        _parallel(_labelled(_told(one), _programme(one, names)) for one in causes),
        _parallel(_labelled(words.period(one["before"]), _subject(one, names)) for one in causes),
        _parallel(_labelled(_outcome(one), _subject(one, names)) for one in causes),
        _parallel(one["source"] for one in causes),
        _parallel(_cited(one["source"], notice_of) for one in causes),
        *_new_row(change.difference.after, programmes),
    ]


def _new_row(after: Record | None, programmes: Mapping[str, str]) -> Iterable[Cell]:
    titles = [column.title for column in enterprises.columns(programmes)]
    cells = enterprises.row(after, programmes) if after else [""] * len(titles)
    return [cell for title, cell in zip(titles, cells, strict=True) if title not in _OWN_TITLES]


def _programme(cause: Cause, programmes: Mapping[str, str]) -> str:
    return programmes.get(cause["programme"], cause["programme"])


def _subject(cause: Cause, programmes: Mapping[str, str]) -> str:
    return _programme(cause, programmes) or words.FIELDS.get(cause["cause"], "")


def _told(cause: Cause) -> str:
    if cause["cause"] == "district_changed" and not cause["before"]:
        return words.DISTRICT_FOUND
    return words.CAUSES.get(cause["cause"], cause["cause"])


def _outcome(cause: Cause) -> str:
    """What it is now: a value, a period, or the day on which it ended."""
    after = words.period(cause["after"])
    return words.ending(after, cause["cause"]) if cause["programme"] else after


def _cited(source: str, notice_of: NoticeOf) -> str:
    notice = notice_of(source) if source else None
    return words.cited(notice.title, notice.document_number, source.partition("#")[2]) if notice else ""


def _labelled(text: str, label: str) -> str:
    return f"{label}{words.COLON}{text}" if label and text else text


def _parallel(parts: Iterable[str]) -> str:
    """One item for each cause, in a list that can be taken apart again: no item is empty or holds the separator."""
    return words.SEPARATOR.join(part.replace(words.SEPARATOR, words.INSIDE) or words.NOTHING for part in parts)
