"""What was measured, as a table for people and as one line for comparisons over time."""

import os
import platform
from dataclasses import asdict, dataclass

from django.db import connection

from tests.bench.measuring import Cost
from tests.bench.million import Million


@dataclass(frozen=True)
class Sizes:
    """How much is measured."""

    rows: int
    stock_rows: int
    runs: int
    big_rows: int  # 0: left out


@dataclass(frozen=True)
class Result:
    """The medians; the library's are scaled up to `rows`."""

    stock: Cost
    bulk: Cost
    ours: Cost
    floor: Cost
    same_again: Cost
    changed: Cost


def show(sizes: Sizes, result: Result, big: Million | None) -> None:
    """Print the machine, and what everything cost."""
    scaled = f"{sizes.stock_rows:,} rows scaled to {sizes.rows:,}"
    costs = {
        f"library's import, {scaled}": result.stock,
        f"library's bulk mode, {scaled}": result.bulk,
        f"our import, {sizes.rows:,} rows": result.ours,
        f"floor, {sizes.rows:,} rows": result.floor,
        "our import, the same file again (refused)": result.same_again,
        f"our import, {sizes.rows:,} rows of which 1 % changed": result.changed,
    }
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {_database_version()}")
    print(f"\n{f'Seconds, median of {sizes.runs}':58}{'CPU':>9}{'client':>9}{'database':>10}{'wall':>9}")
    for what, cost in costs.items():
        print(f"{what:58}{cost.cpu:9.2f}{cost.client:9.2f}{cost.database:10.2f}{cost.wall:9.2f}")
    if big:
        print(
            f"\n{big.rows:,} rows: staged in {big.stage_seconds:.1f} s with at most {big.rss_mb:.0f} MB in the worker"
        )
        print(f"and {big.parser_mb:.0f} MB in the process it parses in;", end=" ")
        print(f"confirmed in {big.confirm_ms:.0f} ms, withdrawn in {big.withdraw_ms:.0f} ms")
    print()


def summary(sizes: Sizes, result: Result, big: Million | None) -> dict[str, object]:
    """The result under lasting names; seconds are of processor, the clock's alone in `million`."""
    figures = {
        "ratio_to_peer": result.stock.cpu / result.ours.cpu,
        "ratio_to_bulk": result.bulk.cpu / result.ours.cpu,
        "ratio_to_floor": result.ours.cpu / result.floor.cpu,
        "ours_seconds": result.ours.cpu,
        "stock_seconds": result.stock.cpu,
        "bulk_seconds": result.bulk.cpu,
        "floor_seconds": result.floor.cpu,
        "reimport_same_seconds": result.same_again.cpu,
        "reimport_changed_seconds": result.changed.cpu,
    }
    largest = {name: round(value, 2) for name, value in asdict(big).items()} if big else None
    rounded = {name: round(value, 3) for name, value in figures.items()}
    return {**rounded, "rows": sizes.rows, "stock_rows": sizes.stock_rows, "runs": sizes.runs, "million": largest}


def _database_version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0].split()[0]}"
