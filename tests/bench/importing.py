"""`make bench-import`: what a list's way into the registry costs, beside the library's own import and the floor.

Law: all are measured in one run, on one machine, with the same rows; the last line is the result as JSON.
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from tests.bench import ours, rivals, workbooks
from tests.bench.measuring import Cost, ElsewhereError, cost_of, median
from tests.bench.million import Million, million
from tests.bench.reporting import Result, Sizes, show, summary
from tests.bench.stock.models import BulkCertificate, Certificate

PUBLISHED_ON = date(2024, 12, 31)


@dataclass(frozen=True)
class Workbooks:
    """The files of one run: the list, the same a year on, its first rows without the title for the library."""

    first: Path
    second: Path
    few: Path


def main() -> int:
    """Measure everything in a database made for it, and print the table and the line."""
    try:
        sizes = _sizes()
    except ValueError as error:
        print(f"ROWS, STOCK_ROWS, RUNS, BIG, BIG_ROWS: {error}.", file=sys.stderr)
        return 2
    kept = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        result, big = _measured(sizes)
        show(sizes, result, big)
    except (ElsewhereError, ours.UnexpectedError) as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)
    print(json.dumps(summary(sizes, result, big)))
    return 0


def _sizes() -> Sizes:
    def number(name: str, default: int) -> int:
        return int(os.environ.get(name) or default)

    rows, runs = number("ROWS", 100_000), number("RUNS", 3)
    stock_rows = min(rows, number("STOCK_ROWS", 10_000))
    if rows < workbooks.CHANGED_EVERY or min(stock_rows, runs) < 1:
        raise ValueError(f"ROWS from {workbooks.CHANGED_EVERY}, the others from 1; BIG=0 leaves the largest list out")
    return Sizes(rows, stock_rows, runs, big_rows=number("BIG_ROWS", 1_000_000) if number("BIG", 1) else 0)


def _measured(sizes: Sizes) -> tuple[Result, Million | None]:
    folder = Path(settings.FILES_ROOT)
    folder.mkdir()
    client = Client()
    client.force_login(User.objects.create_superuser("bench"))
    files = _written(folder, sizes)
    floor = _repeated(sizes, "floor", rivals.forget_floor, lambda: rivals.floor(files.first, rows=sizes.rows))
    own, same, changed = _measured_ours(sizes, client, files)
    stock = _measured_stock(sizes, client, files.few, Certificate)
    bulk = _measured_stock(sizes, client, files.few, BulkCertificate)
    if sizes.big_rows:
        _say(f"{sizes.big_rows:,} rows")
    big = million(folder, sizes.big_rows, PUBLISHED_ON) if sizes.big_rows else None
    return Result(stock, bulk, own, floor, same, changed), big


def _written(folder: Path, sizes: Sizes) -> Workbooks:
    rows = list(workbooks.certificates(sizes.rows))
    few = rows[: sizes.stock_rows]
    return Workbooks(
        first=workbooks.write(folder / "list.xlsx", rows, count=sizes.rows),
        second=workbooks.write(folder / "changed.xlsx", workbooks.changed(rows), count=sizes.rows),
        few=workbooks.write(folder / "stock.xlsx", few, count=sizes.stock_rows, title=""),
    )


def _measured_ours(sizes: Sizes, client: Client, files: Workbooks) -> tuple[Cost, Cost, Cost]:
    """The first import, the same file once more, and the list of a year on, each time from nothing."""

    def first() -> None:
        ours.through_admin(client, files.first, rows=sizes.rows, published_on=PUBLISHED_ON)

    def again() -> None:
        ours.refused_again(client, files.first, published_on=PUBLISHED_ON)

    def changed() -> None:
        later = PUBLISHED_ON + timedelta(days=365)
        listed = ours.through_admin(client, files.second, rows=sizes.rows, published_on=later)
        if listed.comparison.get("changed") != sizes.rows // workbooks.CHANGED_EVERY:
            raise ours.UnexpectedError(f"{files.second.name}: compared as {listed.comparison}")

    costs = []
    for run in range(sizes.runs):
        _say(f"our import, run {run + 1}")
        _settle(ours.forget)
        costs.append([cost_of(work) for work in (first, again, changed)])
    ours.forget()
    bases, repeats, changes = zip(*costs, strict=True)
    return median(bases), median(repeats), median(changes)


def _measured_stock(sizes: Sizes, client: Client, few: Path, model: type[Certificate]) -> Cost:
    """The library's import of the few rows, scaled up as if it were linear, which is in its favour."""
    what = f"library's import ({model._meta.verbose_name})"

    def work() -> None:
        rivals.through_stock(client, few, model, rows=sizes.stock_rows)

    cost = _repeated(sizes, what, rivals.forget_stock, work)
    rivals.forget_stock()
    return cost.times(sizes.rows / sizes.stock_rows)


def _repeated(sizes: Sizes, what: str, forget: Callable[[], None], work: Callable[[], None]) -> Cost:
    costs = []
    for run in range(sizes.runs):
        _say(f"{what}, run {run + 1}")
        _settle(forget)
        costs.append(cost_of(work))
    return median(costs)


def _settle(forget: Callable[[], None]) -> None:
    """Start from nothing; what earlier work left for the disk is not charged to the next."""
    forget()
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)
