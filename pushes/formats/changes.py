"""The table of changes since the edition told before (pure): what, why in plain words, on which evidence, the new row.

The new row's cells follow in the columns of the table of members; those that stand among the change's own are not
repeated, and none is filled where the enterprise has left. So a program makes the members of before those of now.

Law: causes, before, after, evidence and its lists are parallel: the third of one belongs to the third of another.
"""

from collections.abc import Iterable, Mapping, Sequence

from enterprises.delta import Cause, Kind
from pushes.formats import enterprises, words
from pushes.formats.recognitions import NoticeOf
from pushes.formats.table import Column

NAME = "changes"
_OWN = [
    Column(words.CHANGE, 8),
    Column(words.CAUSES_TITLE, 40),
    Column(words.BEFORE, 40),
    Column(words.AFTER, 40),
    Column(words.EVIDENCE, 40),
    Column(words.EVIDENCE_LISTS, 60),
]
_FIRST = len(enterprises.OBLIGATORY)


def columns(members: Sequence[Column]) -> list[Column]:
    """Those of the change, after the enterprise's first ones in the table of members and before its others."""
    return [*members[:_FIRST], *_OWN, *members[_FIRST:]]


def row(
    kind: Kind, causes: Sequence[Cause], member: Sequence[str], programmes: Mapping[str, str], notice_of: NoticeOf
) -> list[str]:
    """The change's row; `member` is the enterprise's row among the members, the last one where it has left."""
    rest = member[_FIRST:] if kind != "removed" else [""] * len(member[_FIRST:])
    return [
        *member[:_FIRST],
        words.KINDS[kind],
        _parallel(_labelled(_told(one), _programme(one, programmes)) for one in causes),
        _parallel(_labelled(words.period(one["before"]), _subject(one, programmes)) for one in causes),
        _parallel(_labelled(_outcome(one), _subject(one, programmes)) for one in causes),
        _parallel(one["source"] for one in causes),
        _parallel(_cited(one["source"], notice_of) for one in causes),
        *rest,
    ]


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
