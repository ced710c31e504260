"""Whether a package follows what its receiver has seen already (reads only).

Law: a true signature does not make an old package new; old members + changes = new members.
"""

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from enterprises.calendar import edition_labelled
from pushes.formats import words
from pushes.manifest import CHANGES, ENTERPRISES, Manifest, columns_of
from pushes.tables import files_of, named_rows

_MOST_NAMED = 10

Row = dict[str, str]


def too_old(found: Manifest, at_least: str) -> Iterator[str]:
    """Whether the package is older than an edition that was seen already."""
    if at_least and _place(found) < (edition_labelled(at_least) or ("", 0)):
        yield _("This is the older edition %(edition)s: %(seen)s was seen already. Do not use it.") % {
            "edition": found["edition"],
            "seen": at_least,
        }


def out_of_turn(before: Manifest, found: Manifest) -> Iterator[str]:
    """Whether `found` comes after `before`, and tells its changes since that one."""
    labels = {"edition": found["edition"], "previous": before["edition"]}
    said = found["previous"]
    if _place(found) <= _place(before):
        yield _("%(edition)s does not come after %(previous)s: an old package was given for a new one.") % labels
    elif said is None or said["edition"] != before["edition"]:
        yield _(
            "The changes of %(edition)s are told since %(since)s, and the previous package is %(previous)s. Name the "
            "package of %(since)s, or check those between one after another."
        ) % {**labels, "since": said["edition"] if said else _("no earlier edition")}
    elif said["digest"] != before["digest"]:
        yield _("%(edition)s follows another %(previous)s than this one: their digests differ.") % labels


def unlike(earlier: Path, before: Manifest, folder: Path, found: Manifest) -> Iterator[str]:
    """The members whom the previous package and these changes do not make as they stand here."""
    expected = applied(earlier, before, folder, found)
    stand = {row[words.PUBLIC_ID]: row for row in named_rows(folder, found, ENTERPRISES)}
    differing = [one for one in sorted(expected.keys() | stand.keys()) if expected.get(one) != stand.get(one)]
    for public_id in differing[:_MOST_NAMED]:
        yield _("The changes do not lead from the previous package to this one: %(id)s differs.") % {"id": public_id}
    if len(differing) > _MOST_NAMED:
        yield _("And %(count)s more.") % {"count": len(differing) - _MOST_NAMED}


def applied(earlier: Path, before: Manifest, folder: Path, found: Manifest) -> dict[str, Row]:
    """The members that the previous package's members become by these changes, by public id."""
    columns = columns_of(files_of(found, ENTERPRISES)[0])
    former = {programme["code"]: programme["name"] for programme in before["programmes"]}
    titles = {programme["name"]: former.get(programme["code"], "") for programme in found["programmes"]}
    rows = {
        row[words.PUBLIC_ID]: {column: row.get(titles.get(column, column), "") for column in columns}
        for row in named_rows(earlier, before, ENTERPRISES)
    }
    for change in named_rows(folder, found, CHANGES):
        if change[words.CHANGE] == words.KINDS["removed"]:
            rows.pop(change[words.PUBLIC_ID], None)
        else:
            rows[change[words.PUBLIC_ID]] = {column: change[column] for column in columns}
    return rows


def _place(found: Manifest) -> tuple[str, int]:
    return edition_labelled(found["edition"]) or ("", 0)
