"""Makes a package out of its tables (pure).

Law: the same content gives the same bytes, in flat memory.
"""

import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pushes import manifest
from pushes.digesting import sha256_of
from pushes.formats import enterprises, recognitions
from pushes.formats.table import Feed, taken
from pushes.formats.writing import Written, write
from pushes.manifest import Counts, EditionFacts, FileFacts, Manifest, ProfileFacts

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the zip format's own beginning
_READABLE = 0o100644 << 16
_UNIX = 3


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


def assemble(content: Content, folder: Path) -> tuple[Path, Manifest]:
    """Write the package into `folder`, which is empty; returns the zip's path and its manifest."""
    rows: dict[str, int] = {}
    files: list[Written] = []
    for feed in content.feeds:
        written = _written(feed, content, folder)
        rows[feed.name] = written[0].rows
        files += written
    counts: Counts = {
        "members": rows[enterprises.NAME],
        "recognitions": rows[recognitions.NAME],
        "added": content.kinds["added"],
        "removed": content.kinds["removed"],
        "changed": content.kinds["changed"],
    }
    made: Manifest = {
        "format": manifest.FORMAT,
        **content.edition,
        "profile": content.profile,
        "programmes": [
            {"code": code, "name": name, "members": content.holders.get(code, 0)}
            for code, name in content.programmes.items()
        ],
        "counts": counts,
        "files": [_facts(folder, file) for file in files],
    }
    return _zipped(folder, made), made


def _written(feed: Feed, content: Content, folder: Path) -> list[Written]:
    """The table's files; what it was taken into is not needed any more then."""
    table = taken(feed, folder)
    day = date.fromisoformat(content.edition["as_of"])
    files = write(table, content.profile["formats"], folder, workbook_writer=content.workbook_writer, created=day)
    table.plain.unlink()
    table.original.unlink()
    return files


def _facts(folder: Path, written: Written) -> FileFacts:
    file = folder / written.name
    with file.open("rb") as content:
        digest = sha256_of(content)
    return {
        "name": written.name,
        "sha256": digest,
        "bytes": file.stat().st_size,
        "rows": written.rows,
        "columns": written.columns,
    }


def _zipped(folder: Path, made: Manifest) -> Path:
    (folder / manifest.NAME).write_bytes(manifest.written(made))
    package = folder / "package.zip"
    with ZipFile(package, "w") as archive:
        for name in (manifest.NAME, *(file["name"] for file in made["files"])):
            with (folder / name).open("rb") as source, archive.open(_entry(folder / name), "w") as target:
                shutil.copyfileobj(source, target, 1024 * 1024)
    return package


def _entry(file: Path) -> ZipInfo:
    entry = ZipInfo(file.name, _EPOCH)
    entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, _UNIX, _READABLE
    entry.file_size = file.stat().st_size
    return entry
