"""Writes a table for programs, as JSON Lines or Parquet (pure).

Law: cells are as they are; no spreadsheet opens these.
"""

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import orjson
import polars as pl

from pushes.formats.table import Table

_GROUP = 50_000  # rows that a reader of Parquet holds at a time


def write_json_lines(table: Table, path: Path) -> None:
    """One object for each row, its keys the titles; a day that is lacking is null, a text that is lacking is empty."""
    days = [column.title for column in table.columns if column.days]
    with path.open("wb") as target:
        for cells in _rows(table):
            row: dict[str, str | None] = dict(zip(table.titles, cells, strict=True))
            row |= {title: row[title] or None for title in days}
            target.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))


def write_parquet(table: Table, path: Path) -> None:
    """Texts and days as such, in groups of rows."""
    days = [pl.col(column.title).replace("", None).str.to_date("%Y-%m-%d") for column in table.columns if column.days]
    source = pl.scan_csv(table.original, schema=dict.fromkeys(table.titles, pl.String), empty_string_is_null=False)
    source.with_columns(days).sink_parquet(path, row_group_size=_GROUP, maintain_order=True)


def _rows(table: Table) -> Iterator[list[str]]:
    with table.original.open(encoding="utf-8", newline="") as lines:
        yield from islice(csv.reader(lines, strict=True), 1, None)
