"""Writes a table as csv, lines ended by CR LF: in UTF-8 with a mark (Excel needs it), or in GB18030 (pure)."""

import shutil
from pathlib import Path

from pushes.formats.table import Table

_PIECE = 1024 * 1024


def write_utf8(table: Table, path: Path) -> None:
    shutil.copyfile(table.plain, path)


def write_gb18030(table: Table, path: Path) -> None:
    """For programs that know Chinese text in no other encoding; every character of Unicode has its place in it."""
    with (
        table.plain.open(encoding="utf-8-sig", newline="") as source,
        path.open("w", encoding="gb18030", newline="") as target,
    ):
        shutil.copyfileobj(source, target, _PIECE)
