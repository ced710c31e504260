"""The workbook that an institution may fill with its customers: two columns, whose cells keep codes as texts."""

from datetime import date
from pathlib import Path

from pushes.formats import words
from pushes.formats.defusing import written
from pushes.formats.table import Column, Feed, taken
from pushes.formats.workbook import write_steadily

COLUMNS = (Column("客户名称", 40), Column(words.CODE, 24))
_DAY = date(2026, 1, 1)  # of its properties: the same bytes every day


def made(folder: str) -> Path:
    """The workbook, as a file in the folder."""
    path = Path(folder) / "customers.xlsx"
    blank = taken(Feed("customers", COLUMNS, iter([written(["", ""])])), Path(folder))
    write_steadily(blank, path, sheet="客户名单", created=_DAY)
    return path
