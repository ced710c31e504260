"""Makes a package out of its tables (pure).

Law: the same content gives the same bytes, in flat memory.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pushes.closing import Facts, Proof, Table, close
from pushes.formats import enterprises, named_lists, points, recognitions
from pushes.formats.table import Feed, taken
from pushes.formats.writing import Written, write
from pushes.manifest import Counts, EditionFacts, Manifest, ProfileFacts, ProgrammeFacts


@dataclass(frozen=True)
class Content:
    """What goes into a package, and in which formats.

    `programmes` gives the name of those that get a column of their own, by code; `holders`, how many hold each.
    `kinds` counts the changes, once their feed was read.
    """

    edition: EditionFacts
    profile: ProfileFacts
    programmes: Mapping[str, str]
    holders: Mapping[str, int]
    feeds: Sequence[Feed]
    kinds: Counter[str]
    workbook_writer: str
    proof: Proof


def assemble(content: Content, folder: Path) -> tuple[Path, Manifest]:
    """Write the package into `folder`, which is empty; returns the zip's path and its manifest."""
    rows: dict[str, int] = {}
    files: list[Table] = []
    for feed in content.feeds:
        written = _written(feed, content, folder)
        rows[feed.name] = written[0].rows
        files += [Table(file.name, file.rows, feed.columns) for file in written]
    counts: Counts = {
        "members": rows[enterprises.NAME],
        "recognitions": rows[recognitions.NAME],
        "added": content.kinds["added"],
        "removed": content.kinds["removed"],
        "changed": content.kinds["changed"],
    }
    if named_lists.NAME in rows:
        counts["named_lists"] = rows[named_lists.NAME]
    if points.NAME in rows:
        counts["points"] = rows[points.NAME]
    programmes: list[ProgrammeFacts] = [
        {"code": code, "name": name, "members": content.holders.get(code, 0)}
        for code, name in content.programmes.items()
    ]
    return close(folder, files, Facts(content.edition, content.profile, programmes, counts), content.proof)


def _written(feed: Feed, content: Content, folder: Path) -> list[Written]:
    """The table's files; what it was taken into is not needed any more then."""
    table = taken(feed, folder)
    day = date.fromisoformat(content.edition["as_of"])
    files = write(table, content.profile["formats"], folder, workbook_writer=content.workbook_writer, created=day)
    table.plain.unlink()
    table.original.unlink()
    return files
