"""Checks a package with nothing but the file.

Law: every fault is named, in words for the person at the bank.
"""

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from pushes.digesting import sha256_of
from pushes.errors import PackageRefused
from pushes.formats import words
from pushes.manifest import CHANGES, ENTERPRISES, RECOGNITIONS, WORKBOOK, FileFacts, Manifest
from pushes.unpacking import check_workbook, unpack


def verify(package: Path) -> Manifest:
    """The manifest of a package that is whole and at one with itself. Raises `PackageRefused`, `OSError`."""
    with TemporaryDirectory(prefix="verify-") as name:
        folder = Path(name)
        manifest = unpack(package, folder)
        for check in (_check_bytes, _check_tables, _check_sense):
            problems = list(check(folder, manifest))
            if problems:
                raise PackageRefused(problems)
    return manifest


def _check_bytes(folder: Path, manifest: Manifest) -> Iterator[str]:
    for facts in manifest["files"]:
        file = folder / facts["name"]
        with file.open("rb") as content:
            digest = sha256_of(content)
        if digest != facts["sha256"] or file.stat().st_size != facts["bytes"]:
            yield _("%(file)s is not the file that the manifest names: its SHA-256 or size differs.") % {
                "file": facts["name"]
            }


def _check_tables(folder: Path, manifest: Manifest) -> Iterator[str]:
    for facts in manifest["files"]:
        if facts["name"] in (ENTERPRISES, RECOGNITIONS, CHANGES):
            yield from _check_table(folder / facts["name"], facts)
    facts = next(facts for facts in manifest["files"] if facts["name"] == WORKBOOK)
    problem = check_workbook(folder / WORKBOOK)
    yield from [problem] if problem else _check_workbook(folder, facts)


def _check_table(file: Path, facts: FileFacts) -> Iterator[str]:
    where = {"file": file.name}
    try:
        rows = _csv_rows(file)
        header = next(rows, [])
        lengths = Counter(len(row) for row in rows)
    except (ValueError, csv.Error):
        yield _("%(file)s cannot be read as csv.") % where
        return
    if header != facts["columns"]:
        yield _("The columns of %(file)s are not those that the manifest names.") % where
    if lengths.total() != facts["rows"]:
        yield _("%(file)s has %(rows)s rows; the manifest says %(said)s.") % {
            **where,
            "rows": lengths.total(),
            "said": facts["rows"],
        }
    if set(lengths) - {len(header)}:
        yield _("%(file)s has rows with too many or too few cells.") % where


def _check_workbook(folder: Path, facts: FileFacts) -> Iterator[str]:
    try:
        book = CalamineWorkbook.from_path(str(folder / WORKBOOK))
        sheet = book.get_sheet_by_index(0).iter_rows()
        cells = ([_text(cell) for cell in row] for row in sheet)
        for number, (ours, theirs) in enumerate(zip_longest(_csv_rows(folder / ENTERPRISES), cells), start=1):
            if ours != theirs:
                yield _("Row %(row)s of %(workbook)s differs from %(table)s.") % {
                    "row": number,
                    "workbook": WORKBOOK,
                    "table": ENTERPRISES,
                }
                return
    except (CalamineError, IndexError):
        yield _("%(file)s is no workbook, or it is damaged.") % {"file": WORKBOOK}


def _check_sense(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Do the tables tell the same story: members, their recognitions, and who came and went?"""
    ids = Counter(row[words.PUBLIC_ID] for row in _named_rows(folder / ENTERPRISES))
    kinds: Counter[str] = Counter()
    strays: set[str] = set()
    for row in _named_rows(folder / CHANGES):
        kinds[row[words.CHANGE]] += 1
        if (row[words.PUBLIC_ID] in ids) == (row[words.CHANGE] == words.KINDS["removed"]):
            strays.add(row[words.PUBLIC_ID])
    holders = Counter(row[words.PUBLIC_ID] for row in _named_rows(folder / RECOGNITIONS))
    counts = manifest["counts"]
    if len(ids) != ids.total():
        yield _("An enterprise stands in %(file)s more than once.") % {"file": ENTERPRISES}
    if set(holders) != set(ids):
        yield _("%(file)s and %(other)s are not about the same enterprises.") % {
            "file": RECOGNITIONS,
            "other": ENTERPRISES,
        }
    for public_id in sorted(strays)[:10]:
        yield _("%(file)s and %(other)s contradict each other about %(id)s.") % {
            "file": CHANGES,
            "other": ENTERPRISES,
            "id": public_id,
        }
    said = {words.KINDS[kind]: counts[kind] for kind in ("added", "removed", "changed")}
    if +kinds != +Counter(said) or counts["members"] != len(ids) or counts["recognitions"] != holders.total():
        yield _("The numbers in the manifest are not those of the files.")


def _csv_rows(file: Path) -> Iterator[list[str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.reader(lines, strict=True)


def _named_rows(file: Path) -> Iterator[dict[str, str]]:
    rows = _csv_rows(file)
    header = next(rows, [])
    for row in rows:
        yield dict(zip(header, row, strict=True))


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)
