"""Members as pages show them: programmes as badges, recognitions with their notices.

Law: a column that was not agreed on is empty here, whatever the edition holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from enterprises.canonical import RecognitionRecord
from enterprises.models import EditionMember
from pushes.belonging import Member, seen
from pushes.cutting import Cut
from registry.queries import Source, sources

GRACE = "grace"


class Badge(NamedTuple):
    """A programme that a member holds: in grace, or until when; no day where none is stated or none may be shown."""

    programme: str
    grace: bool
    until: str


class Shown(NamedTuple):
    """A member in a list."""

    member: Member
    badges: Sequence[Badge]


class Held(NamedTuple):
    """A recognition on its member's page, with its notice. What was not agreed on is empty."""

    programme: str
    grace: bool
    number: str
    batch: str
    valid_from: str
    valid_to: str
    title: str
    document_number: str
    published_on: str
    url: str
    row: str


def listed(rows: Iterable[EditionMember], cut: Cut, columns: frozenset[str], names: Mapping[str, str]) -> list[Shown]:
    """The rows as a list shows them; `names` gives every programme's name by its code."""
    members = [seen(row, cut) for row in rows]
    return [Shown(one, badges(one.recognitions, columns, names)) for one in members]


def badges(recognitions: Iterable[RecognitionRecord], columns: frozenset[str], names: Mapping[str, str]) -> list[Badge]:
    """One for each programme, in the catalogue's order: of several recognitions the one that holds longest."""
    best: dict[str, RecognitionRecord] = {}
    for one in recognitions:
        other = best.get(one["programme"])
        if other is None or _lasts(one) > _lasts(other):
            best[one["programme"]] = one
    order = {code: place for place, code in enumerate(names)}
    return [
        Badge(
            names.get(code, code),
            best[code]["state"] == GRACE,
            (best[code]["valid_to"] or "") if "valid_to" in columns else "",
        )
        for code in sorted(best, key=lambda code: (order.get(code, len(order)), code))
    ]


def held(recognitions: Sequence[RecognitionRecord], columns: frozenset[str], names: Mapping[str, str]) -> list[Held]:
    """The recognitions in full, as far as was agreed on."""
    notices = sources(one["source"] for one in recognitions)
    return [_held(one, notices.get(one["source"].partition("#")[0]), columns, names) for one in recognitions]


def _held(one: RecognitionRecord, notice: Source | None, columns: frozenset[str], names: Mapping[str, str]) -> Held:
    def agreed(key: str, value: str) -> str:
        return value if key in columns else ""

    row = one["source"].partition("#")[2]
    return Held(
        programme=names.get(one["programme"], one["programme"]),
        grace=one["state"] == GRACE,
        number=agreed("number", one["number"]),
        batch=agreed("batch", one["batch"]),
        valid_from=agreed("valid_from", one["valid_from"]),
        valid_to=agreed("valid_to", one["valid_to"] or ""),
        title=agreed("title", notice.title if notice else ""),
        document_number=agreed("document_number", notice.document_number if notice else ""),
        published_on=agreed("published_on", notice.published_on.isoformat() if notice else ""),
        url=agreed("url", notice.url if notice else ""),
        row=agreed("source", row),
    )


def _lasts(one: RecognitionRecord) -> tuple[bool, str]:
    """What is valid lasts longer than what is in grace; without an end it lasts longest."""
    return one["state"] != GRACE, one["valid_to"] or "9999"
