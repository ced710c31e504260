"""One way of writing a package's table, measured in a process of its own. Law: each reads the same rows in their order.

The last line is what it cost, as JSON: seconds of processor, and the process's most memory.
"""

import json
import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from django.db import connection
from psycopg.sql import SQL
from rustpy_xlsxwriter import Format, write_worksheet

from pushes.formats import offered, recognitions
from pushes.formats.table import Feed, Table, taken
from pushes.formats.writing import write
from pushes.selecting import copied
from tests.bench.measuring import cost_of, most_memory
from tests.bench.stock.models import Holding
from tests.bench.stock.resources import HoldingResource

_CHUNK = 2_000
_COLUMNS = recognitions.columns(offered.COLUMNS)
_NAMES = [field.name for field in Holding._meta.fields if not field.primary_key]


def main(way: str, rows: str) -> int:
    """Write the first `rows` rows in one of the `WAYS`."""
    folder = Path(os.environ["BENCH_FOLDER"]) / way
    folder.mkdir(exist_ok=True)
    connection.ensure_connection()
    before = most_memory()
    cost = cost_of(lambda: WAYS[way](int(rows), folder))
    print(json.dumps({
        "client": cost.client, "database": cost.database, "wall": cost.wall,
        "mb": most_memory() / 1024, "mb_before": before / 1024,
        "bytes": max((path.stat().st_size for path in folder.iterdir()), default=0),
    }))  # fmt: skip
    return 0


def _query(rows: int) -> str:
    return f"SELECT {', '.join(_NAMES)} FROM {Holding._meta.db_table} WHERE id <= {rows} ORDER BY id"


def _table(rows: int, folder: Path) -> Table:
    return taken(Feed("recognitions", list(_COLUMNS.values()), copied(SQL(_query(rows)))), folder)


def _ours(kind: str, by: str = "quick") -> Callable[[int, Path], None]:
    def work(rows: int, folder: Path) -> None:
        (made,) = write(_table(rows, folder), [kind], folder, workbook_writer=by, created=date(2026, 9, 30))
        assert made.rows == rows

    return work


def _cursor(rows: int, folder: Path) -> None:
    """The quick library, straight from the cursor: what it takes at least."""
    titles = [column.title for column in _COLUMNS.values()]
    formats = [Format().set_num_format("yyyy-mm-dd" if column.days else "@") for column in _COLUMNS.values()]

    def records() -> Iterator[dict[str, object]]:
        with connection.chunked_cursor() as cursor:
            cursor.execute(_query(rows))
            while found := cursor.fetchmany(_CHUNK):
                for row in found:
                    yield dict(zip(titles, row, strict=True))

    write_worksheet(
        records(), folder / "cursor.xlsx", sheet_name="s", freeze_row=1, autofilter=True, column_formats=formats
    )


def _copy(rows: int, folder: Path) -> None:
    """The floor: the database's own csv."""
    query = f"COPY ({_query(rows)}) TO STDOUT (FORMAT csv)"
    with (
        (folder / "copy.csv").open("wb") as target,
        connection.cursor() as cursor,
        cursor.copy(query) as copy,
    ):
        target.writelines(copy)


def _stock(rows: int, folder: Path) -> None:
    """The library's export, as its admin does it."""
    exported = HoldingResource().export(Holding._default_manager.filter(pk__lte=rows).order_by("pk"))
    (folder / "stock.xlsx").write_bytes(exported.export("xlsx"))


WAYS: dict[str, Callable[[int, Path], None]] = {
    "xlsx": _ours("xlsx"),
    "xlsx-fallback": _ours("xlsx", "steady"),
    "csv": _ours("csv"),
    "gb18030": _ours("csv-gb18030"),
    "jsonl": _ours("jsonl"),
    "parquet": _ours("parquet"),
    "cursor": _cursor,
    "copy": _copy,
    "stock": _stock,
}
