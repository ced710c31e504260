"""The tables of an unpacked package, by their names (reads only)."""

from collections.abc import Iterator
from pathlib import Path

from pushes import manifest
from pushes.formats import reading
from pushes.manifest import Manifest, Resource


def files_of(found: Manifest, table: str) -> list[Resource]:
    """The forms in which the package holds the table, the one that is read first of all first."""
    order = [table + form for form in manifest.FORMS]
    held = [facts for facts in found["resources"] if facts["path"] in order]
    return sorted(held, key=lambda facts: order.index(facts["path"]))


def rows_of(folder: Path, facts: Resource) -> Iterator[list[str]]:
    """The table's rows as text, the header first. Raises `reading.Unreadable`."""
    return reading.rows(
        folder / facts["path"],
        format=facts["format"],
        encoding=facts.get("encoding", ""),
        columns=manifest.columns_of(facts),
    )


def named_rows(folder: Path, found: Manifest, table: str) -> Iterator[dict[str, str]]:
    """The table's rows by column."""
    rows = rows_of(folder, files_of(found, table)[0])
    header = next(rows, [])
    for row in rows:
        yield dict(zip(header, row, strict=True))
