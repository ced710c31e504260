"""Makes a package out of records and changes (pure).

Law: the same content gives the same bytes, in flat memory.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from enterprises.canonical import Record
from pushes.closing import Facts, Proof, Table, close
from pushes.cutting import Cut, CutChange, cut
from pushes.formats import changes, enterprises, recognitions, words
from pushes.formats.csv_file import CsvFile
from pushes.formats.recognitions import NoticeOf
from pushes.formats.table import Column
from pushes.formats.xlsx_file import XlsxFile
from pushes.manifest import Counts, EditionFacts, Manifest, ProfileFacts, ProgrammeFacts


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
    proof: Proof


def assemble(content: Content, folder: Path) -> tuple[Path, Manifest]:
    """Write the package into `folder`, which is empty; returns the zip's path and its manifest."""
    members, rows, holders = _write_members(content, folder)
    kinds = _write_changes(content, folder)
    members_columns = _titles(enterprises.columns(content.programmes))
    tables = [
        Table("enterprises.csv", members, members_columns),
        Table("enterprises.xlsx", members, members_columns),
        Table("recognitions.csv", rows, _titles(recognitions.COLUMNS)),
        Table("changes.csv", kinds.total(), _titles(changes.columns(content.programmes))),
    ]
    counts: Counts = {
        "members": members,
        "recognitions": rows,
        "added": kinds["added"],
        "removed": kinds["removed"],
        "changed": kinds["changed"],
    }
    programmes: list[ProgrammeFacts] = [
        {"code": code, "name": name, "members": holders[code]} for code, name in content.programmes.items()
    ]
    return close(folder, tables, Facts(content.edition, content.profile, programmes, counts), content.proof)


def _titles(columns: list[Column]) -> list[str]:
    return [column.title for column in columns]


def _write_members(content: Content, folder: Path) -> tuple[int, int, Counter[str]]:
    """Write the files of members in one reading; returns members, recognitions, holders by programme."""
    columns = enterprises.columns(content.programmes)
    day = date.fromisoformat(content.edition["as_of"])
    holders: Counter[str] = Counter()
    with ExitStack() as stack:
        table = stack.enter_context(CsvFile(folder / "enterprises.csv", columns))
        book = stack.enter_context(XlsxFile(folder / "enterprises.xlsx", columns, sheet=words.SHEET, created=day))
        detail = stack.enter_context(CsvFile(folder / "recognitions.csv", recognitions.COLUMNS))
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
    with CsvFile(folder / "changes.csv", changes.columns(content.programmes)) as table:
        for change in content.changes:
            table.write(changes.row(change, content.programmes, content.names, content.notice_of))
            kinds[change.difference.kind] += 1
    return kinds
