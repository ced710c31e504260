"""Makes a package out of records and changes (pure).

Law: the same content gives the same bytes, in flat memory.
"""

import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from enterprises.canonical import Record
from pushes import manifest
from pushes.cutting import Cut, CutChange, cut
from pushes.digesting import sha256_of
from pushes.formats import changes, enterprises, recognitions, words
from pushes.formats.csv_file import CsvFile
from pushes.formats.recognitions import NoticeOf
from pushes.formats.table import Column
from pushes.formats.xlsx_file import XlsxFile
from pushes.manifest import Counts, EditionFacts, FileFacts, Manifest, ProfileFacts

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the zip format's own beginning
_READABLE = 0o100644 << 16
_UNIX = 3


@dataclass(frozen=True)
class Content:
    """What goes into a package: the whole edition, and which part of it is wanted.

    `names` gives every programme's name by its code, `programmes` those that get a column of their own.
    """

    edition: EditionFacts
    profile: ProfileFacts
    wanted: Cut
    programmes: Mapping[str, str]
    names: Mapping[str, str]
    records: Iterable[Record]
    changes: Iterable[CutChange]
    notice_of: NoticeOf


def assemble(content: Content, folder: Path) -> tuple[Path, Manifest]:
    """Write the package into `folder`, which is empty; returns the zip's path and its manifest."""
    members, rows, holders = _write_members(content, folder)
    kinds = _write_changes(content, folder)
    tables: dict[str, tuple[int, list[Column]]] = {
        manifest.ENTERPRISES: (members, enterprises.columns(content.programmes)),
        manifest.WORKBOOK: (members, enterprises.columns(content.programmes)),
        manifest.RECOGNITIONS: (rows, recognitions.COLUMNS),
        manifest.CHANGES: (kinds.total(), changes.COLUMNS),
    }
    counts: Counts = {
        "members": members,
        "recognitions": rows,
        "added": kinds["added"],
        "removed": kinds["removed"],
        "changed": kinds["changed"],
    }
    made: Manifest = {
        "format": manifest.FORMAT,
        **content.edition,
        "profile": content.profile,
        "programmes": [
            {"code": code, "name": name, "members": holders[code]} for code, name in content.programmes.items()
        ],
        "counts": counts,
        "files": [_facts(folder / name, *tables[name]) for name in manifest.FILES],
    }
    return _zipped(folder, made), made


def _write_members(content: Content, folder: Path) -> tuple[int, int, Counter[str]]:
    """Write the files of members in one reading; returns members, recognitions, holders by programme."""
    columns = enterprises.columns(content.programmes)
    day = date.fromisoformat(content.edition["as_of"])
    holders: Counter[str] = Counter()
    with ExitStack() as stack:
        table = stack.enter_context(CsvFile(folder / manifest.ENTERPRISES, columns))
        book = stack.enter_context(XlsxFile(folder / manifest.WORKBOOK, columns, sheet=words.SHEET, created=day))
        detail = stack.enter_context(CsvFile(folder / manifest.RECOGNITIONS, recognitions.COLUMNS))
        for whole in content.records:
            record = cut(whole, content.wanted)
            if record is None:
                continue
            row = enterprises.row(record, content.programmes)
            table.write(row)
            book.write(row)
            for line in recognitions.rows(record, content.names, content.notice_of):
                detail.write(line)
            holders.update({recognition["programme"] for recognition in record["recognitions"]})
        return table.rows, detail.rows, holders


def _write_changes(content: Content, folder: Path) -> Counter[str]:
    kinds: Counter[str] = Counter()
    with CsvFile(folder / manifest.CHANGES, changes.COLUMNS) as table:
        for change in content.changes:
            table.write(changes.row(change, content.names, content.notice_of))
            kinds[change.difference.kind] += 1
    return kinds


def _facts(file: Path, rows: int, columns: list[Column]) -> FileFacts:
    with file.open("rb") as content:
        digest = sha256_of(content)
    return {
        "name": file.name,
        "sha256": digest,
        "bytes": file.stat().st_size,
        "rows": rows,
        "columns": [column.title for column in columns],
    }


def _zipped(folder: Path, made: Manifest) -> Path:
    (folder / manifest.NAME).write_bytes(manifest.written(made))
    package = folder / "package.zip"
    with ZipFile(package, "w") as archive:
        for name in (manifest.NAME, *manifest.FILES):
            with (folder / name).open("rb") as source, archive.open(_entry(folder / name), "w") as target:
                shutil.copyfileobj(source, target, 1024 * 1024)
    return package


def _entry(file: Path) -> ZipInfo:
    entry = ZipInfo(file.name, _EPOCH)
    entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, _UNIX, _READABLE
    entry.file_size = file.stat().st_size
    return entry
