"""Writes a table in the formats that were agreed on (pure). Law: the order of files is that of the formats offered."""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

from pushes.formats import offered, words, workbook
from pushes.formats.csv_file import write_gb18030, write_utf8
from pushes.formats.data_files import write_json_lines, write_parquet
from pushes.formats.table import Table

_WRITE: dict[str, Callable[[Table, Path], None]] = {
    offered.CSV: write_utf8,
    offered.GB18030: write_gb18030,
    offered.JSONL: write_json_lines,
    offered.PARQUET: write_parquet,
}


class Written(NamedTuple):
    """A table's file as it was written; `rows` are without the header."""

    name: str
    rows: int
    columns: list[str]


def write(table: Table, formats: Iterable[str], folder: Path, *, workbook_writer: str, created: date) -> list[Written]:
    """Write the table into `folder` in each format, in their lasting order. Raises `DoesNotFitWorkbook`.

    `created` is the day that a workbook's properties name.
    """
    files = []
    chosen = set(formats)
    for name in (name for name in offered.SUFFIXES if name in chosen):
        path = folder / f"{table.name}{offered.SUFFIXES[name]}"
        if name == offered.XLSX:
            by = workbook.WRITERS[workbook_writer]
            by(table, path, sheet=words.SHEETS[table.name], created=created)
        else:
            _WRITE[name](table, path)
        files.append(Written(path.name, table.rows, table.titles))
    return files
