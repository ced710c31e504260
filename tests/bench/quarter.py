"""`make bench-quarter`: what a quarter's run costs, step by step, beside the least that its data would cost.

Law: the second quarter is measured, which has one before it to be compared with; the run is the product's own command
in a process of its own. The last line is the result as JSON.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from tests.bench import quarter_pool

FIRST, SECOND = "2026Q2", "2026Q3"
_ROOT = Path(__file__).resolve().parent.parent.parent
_CITY, _NATION = 25_000, 1_500_000

# The least: the same entries read and grouped by enterprise, and the member rows written.
_GROUPED = """
    SELECT d.enterprise_id, array_agg(DISTINCT p.code), max(e.name), count(*)
    FROM registry_entry e
    JOIN registry_listimport i ON i.id = e.list_import_id
    JOIN registry_programme p ON p.id = i.programme_id
    JOIN enterprises_matchdecision d ON d.entry_id = e.id
    GROUP BY d.enterprise_id
"""
_MEMBERS = """
    SELECT enterprise_id, public_id, uscc, name, former_names, district, programmes, recognitions
    FROM enterprises_editionmember WHERE edition_id = (SELECT max(id) FROM enterprises_edition)
"""


class FailedError(Exception):
    """The run that is measured did not end as it should."""


@dataclass(frozen=True)
class Run:
    """One run of a quarter: seconds by step, its peak memory without the database's, and what it told."""

    enterprises: int
    entries: int
    seconds: float
    steps: dict[str, float]
    peak_mb: float
    told: dict[str, Any]
    floor: dict[str, float]

    @property
    def to_floor(self) -> float:
        return self.seconds / sum(self.floor.values())


def main() -> int:
    """Measure the city, and the nation where asked; print the table and the line."""
    sizes = [int(os.environ.get("ENTERPRISES") or _CITY)]
    if os.environ.get("NATION", "0") != "0":
        sizes.append(int(os.environ.get("NATION_SIZE") or _NATION))
    try:
        runs = [_measured(size) for size in sizes]
    except FailedError as error:
        print(error, file=sys.stderr)
        return 1
    for run in runs:
        _show(run)
    print(json.dumps({"ratio_to_peer": 0, "ratio_to_floor": runs[-1].to_floor, "runs": [asdict(run) for run in runs]}))
    return 0


def _measured(enterprises: int) -> Run:
    kept = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        _say(f"a pool of {enterprises:,} enterprises")
        before = quarter_pool.fill(enterprises)
        _say(f"{before.entries:,} entries; {FIRST}, which is not measured")
        _run(FIRST)
        more = quarter_pool.go_on(enterprises)
        _say(f"{more.entries:,} entries more; {SECOND}")
        told, seconds, steps, peak = _run(SECOND)
        _say("the floor")
        entries = before.entries + more.entries
        return Run(before.enterprises + more.enterprises, entries, seconds, steps, peak, told, _floor())
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)


def _run(quarter: str) -> tuple[dict[str, Any], float, dict[str, float], float]:
    """What the command told, its seconds in all and by step, and its peak memory in MB."""
    program = [sys.executable, "manage.py", "run_quarter", quarter, "--json"]
    own = {"BENCH_DATABASE": str(connection.settings_dict["NAME"]), "DJANGO_SETTINGS_MODULE": "tests.bench.settings"}
    steps: dict[str, float] = {}
    began = at = time.perf_counter()
    with subprocess.Popen(
        program, cwd=_ROOT, env={**os.environ, **own}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        name = "start"
        said = []
        for line in process.stderr:  # each step says so as it begins
            steps[name], at, name = time.perf_counter() - at, time.perf_counter(), line.strip()
            said.append(line)
        steps[name] = time.perf_counter() - at
        told = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise FailedError(f"run_quarter {quarter} ended with {process.returncode}:\n{''.join(said)}{told}")
    return json.loads(told.strip().splitlines()[-1]), time.perf_counter() - began, steps, usage.ru_maxrss / 1024


def _floor() -> dict[str, float]:
    """Seconds to group the entries, and to write the member rows."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE floor_members AS {_MEMBERS} WITH NO DATA")
        grouped = _seconds(lambda: cursor.execute(f"CREATE TEMPORARY TABLE grouped AS {_GROUPED}"))
        pieces: list[bytes] = []
        with cursor.copy(f"COPY ({_MEMBERS}) TO STDOUT") as copy:
            pieces.extend(bytes(piece) for piece in copy)

        def write() -> None:
            with cursor.copy("COPY floor_members FROM STDIN") as copy:
                for piece in pieces:
                    copy.write(piece)

        written = _seconds(write)
        cursor.execute("DROP TABLE floor_members, grouped")
    return {"group": grouped, "write": written}


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _show(run: Run) -> None:
    told = {name: run.told[name] for name in ("members", "added", "removed", "changed")}
    print(f"\n{run.enterprises:,} enterprises, {run.entries:,} entries: {told}")
    for name, seconds in run.steps.items():
        print(f"  {seconds:8.1f} s  {name}")
    floor = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in run.floor.items())
    print(
        f"  {run.seconds:8.1f} s  in all, at most {run.peak_mb:.0f} MB; the floor: {floor}; {run.to_floor:.1f} times it"
    )


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)
