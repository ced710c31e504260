"""`make bench-package`: what a package's files cost, beside the library's own export, its kin and the database's COPY.

Law: each way reads the same rows in one run, in a process of its own; seconds are of processor, the database's too.
The last line is the result as JSON.
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import connection

_ROOT = Path(__file__).resolve().parent.parent.parent
_ROWS, _STOCK_ROWS, _RUNS = 300_000, 30_000, 3
_FILLED = """
    INSERT INTO stock_holding (
        public_id, uscc, holder, programme, programme_code, number, batch, valid_from, valid_to, standing, title,
        document_number, published_on, url, source)
    SELECT 'E' || lpad(i::text, 7, '0'), '91410100MA' || lpad(i::text, 8, '0'),
           '郑州市示范' || i || '号智能装备科技有限公司', '高新技术企业', 'HNTE',
           'GR202541' || lpad(i::text, 6, '0'), '2025年第' || batch || '批', date '2025-01-10' + day,
           date '2028-01-09' + day, '有效', '关于公布河南省2025年第' || batch || '批高新技术企业名单的通知',
           '国科火字〔2025〕' || notice || '号', date '2025-01-09' + day, 'https://example.org/notices/2025/' || notice,
           'HNTE-20250109-1a2b3c4d#' || i
    FROM generate_series(1, %s) AS i, LATERAL (SELECT mod(i, 3) + 1, mod(i, 300), mod(i, 90)) AS o (batch, day, notice)
"""


class FailedError(Exception):
    """A way of writing did not end as it should."""


@dataclass(frozen=True)
class Measured:
    """One way: seconds of processor of the median run, its most memory and the bytes of its file."""

    client: float
    database: float
    wall: float
    mb: float
    mb_before: float
    bytes: int

    @property
    def cpu(self) -> float:
        return self.client + self.database


def main() -> int:
    """Measure every way in a database made for it, and print the table and the line."""
    rows, stock, runs = (
        int(os.environ.get(name) or usual)
        for name, usual in (("ROWS", _ROWS), ("STOCK_ROWS", _STOCK_ROWS), ("RUNS", _RUNS))
    )
    stock = min(rows, stock)
    kept = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        with connection.cursor() as cursor:
            cursor.execute(_FILLED, [rows])
            cursor.execute("VACUUM ANALYZE stock_holding")
        ways = {
            "copy": rows,
            "csv": rows,
            "gb18030": rows,
            "jsonl": rows,
            "parquet": rows,
            "cursor": rows,
            "xlsx": rows,
        }
        found = {way: _median(way, many, runs) for way, many in ways.items()}
        found["xlsx, a tenth"] = _median("xlsx", rows // 10, 1)
        found["xlsx, fallback"] = _median("xlsx-fallback", rows, 1)
        found["stock"] = _median("stock", stock, 1)
    except FailedError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)
    _show(rows, stock, found)
    print(json.dumps(_summary(rows, stock, found)))
    return 0


def _median(way: str, rows: int, runs: int) -> Measured:
    print(f"… {way}, {rows:,} rows", file=sys.stderr, flush=True)
    measured = sorted((_run(way, rows) for _ in range(runs)), key=lambda one: one.cpu)
    return measured[(runs - 1) // 2]


def _run(way: str, rows: int) -> Measured:
    own = {"BENCH_DATABASE": str(connection.settings_dict["NAME"])}
    command = [sys.executable, "-m", "tests.bench", "package-step", way, str(rows)]
    done = subprocess.run(command, cwd=_ROOT, env={**os.environ, **own}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise FailedError(f"{way} ended with {done.returncode}:\n{done.stderr}")
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def _show(rows: int, stock: int, found: dict[str, Measured]) -> None:
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    what = f"{rows:,} rows × 15 columns; stock: {stock:,}"
    print(f"\n{what:40}{'CPU s':>8}{'client':>8}{'database':>10}{'MB':>8}{'file MB':>9}")
    for way, one in found.items():
        print(f"{way:40}{one.cpu:8.2f}{one.client:8.2f}{one.database:10.2f}{one.mb:8.0f}{one.bytes / 1e6:9.1f}")
    print()


def _summary(rows: int, stock: int, found: dict[str, Measured]) -> dict[str, object]:
    """The result under lasting names; the library's export is scaled up to `rows`."""
    peer = found["stock"].cpu * rows / stock
    figures = {
        "ratio_to_peer": peer / found["xlsx"].cpu,
        "ratio_to_floor": found["csv"].cpu / found["copy"].cpu,
        "xlsx_to_cursor": found["xlsx"].cpu / found["cursor"].cpu,
        "xlsx_mb": found["xlsx"].mb,
        "xlsx_mb_of_a_tenth": found["xlsx, a tenth"].mb,
    }
    ways = {way: _rounded(asdict(one).items()) for way, one in found.items()}
    return {**_rounded(figures.items()), "rows": rows, "stock_rows": stock, "ways": ways}


def _rounded(figures: Iterable[tuple[str, float]]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in figures}
