"""From one edition to a later one in an institution's cut: for machines a line of JSON for each change, for people the
words that packages have.

Law: what was not agreed is not in it, and the members of before with these changes are those of now. Rows flow from the
database to a file, some thousands at a time, however many there are.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any, NamedTuple

import orjson
from django.db import transaction

from enterprises.delta import Cause, Kind
from enterprises.models import Edition
from pushes.belonging import of_record
from pushes.cutting import Cut, told
from pushes.packaging import Notices
from pushes.retelling import Told, in_words
from pushes.rowing import row
from pushes.selecting import Selection
from registry.queries import programme_names

_CELLS = ("public_id", "record")
_SHOWN = ("public_id", "uscc", "name")


class _Change(NamedTuple):
    kind: Kind
    causes: list[Cause]
    cells: list[str]


class Written(NamedTuple):
    """What was written: so many bytes with this digest, and so many changes."""

    size: int
    sha256: str
    rows: int


def write_changes(edition: Edition, since: Edition, wanted: Cut, target: IO[bytes]) -> Written:
    """Write what leads from the members of `since` to those of `edition`, in order of public id."""
    size, rows, digest = 0, 0, hashlib.sha256()
    for line in _lines(edition, since, wanted):
        target.write(line)
        digest.update(line)
        size, rows = size + len(line), rows + 1
    return Written(size, digest.hexdigest(), rows)


def changes_between(edition: Edition, since: Edition, wanted: Cut) -> list[Told]:
    """The same in words. The edition in which an enterprise was seen first is not compared."""
    names, notice_of = programme_names(), Notices()
    told_of = []
    for kind, causes, (public_id, uscc, name) in _changes(edition, since, wanted, names, _SHOWN):
        told_of.append(Told(public_id, uscc, name, kind, in_words(kind, causes, names, notice_of)))
    return told_of


def _lines(edition: Edition, since: Edition, wanted: Cut) -> Iterator[bytes]:
    names = programme_names()
    for change in _changes(edition, since, wanted, names, _CELLS):
        number, record = change.cells
        line: Mapping[str, Any] = {
            "id": number,
            "kind": change.kind,
            "causes": change.causes,
            "enterprise": None
            if change.kind == "removed"
            else row(of_record(orjson.loads(record), wanted), wanted, names),
        }
        yield orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)


def _changes(
    edition: Edition, since: Edition, wanted: Cut, names: Mapping[str, str], cells: Iterable[str]
) -> Iterator[_Change]:
    """Each change with its causes as the institution may know them."""
    with transaction.atomic():  # the selection lives in it
        selection = Selection(edition, since, wanted, names)
        strangers = selection.strangers()
        for change in selection.changes(cells):
            causes = told(change.kind, change.causes, wanted, strangers, change.undone)
            yield _Change(change.kind, causes, change.cells)
