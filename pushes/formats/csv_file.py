"""Writes a table as csv: UTF-8 with a mark (Excel needs it), lines ended by CR LF (pure)."""

import csv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from pushes.formats.table import Cell, Column, plain


class CsvFile:
    """A csv file being written; one row at a time is in memory."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self.rows = 0
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, lineterminator="\r\n")
        self._writer.writerow([plain(column.title) for column in columns])

    def write(self, row: Sequence[Cell]) -> None:
        self._writer.writerow([plain(cell) for cell in row])
        self.rows += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
