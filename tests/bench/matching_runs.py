"""The programs that `bench-matching` measures, each in a process of its own, so that neither weighs on the other."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
_PEER = ROOT / ".venv-bench" / "bin" / "python"
_NEWEST = "-2025,"  # in the ids of the lists that the increment's rows are of


class FailedError(Exception):
    """A program that is measured did not end as it should."""


@dataclass(frozen=True)
class Done:
    """Our resolution: what the command told, its files, and the most memory that its process held."""

    told: dict[str, Any]
    peak_mb: float
    clusters: Path
    pairs: Path


def ours(city: Path, folder: Path, *, then: Path | None = None) -> Done:
    """`manage.py bench_matching`; with `then` a second folder is resolved against what the first one left."""
    clusters, pairs = folder / "pred.csv", folder / "review.csv"
    program = [sys.executable, "manage.py", "bench_matching", str(city), "--pred", str(clusters), "--json"]
    program += ["--review", str(pairs), *(["--then", str(then)] if then else [])]
    told, peak = _run(program)
    return Done(told, peak, clusters, pairs)


def peer(city: Path, folder: Path) -> tuple[dict[str, Any], list[Path]]:
    """What the peer told, and its clusters at each threshold."""
    told, peak = _run([str(_PEER), str(Path(__file__).parent / "splink_peer.py"), str(city), str(folder)])
    files = [folder / f"clusters-{number}.csv" for number in range(len(told["thresholds"]))]
    return told | {"peak_mb": peak}, files


def split(city: Path, folder: Path, count: int) -> tuple[Path, Path]:
    """The city without some rows of its newest lists, and a city of these rows alone, with the lists of each."""
    before, after = folder / "before", folder / "after"
    before.mkdir(exist_ok=True)
    after.mkdir(exist_ok=True)
    (before / "renames.csv").write_bytes((city / "renames.csv").read_bytes())
    old_lists: set[str] = set()
    new_lists: set[str] = set()
    left = count
    with (
        (city / "rows.csv").open(encoding="utf-8", newline="") as rows,
        (before / "rows.csv").open("w", encoding="utf-8", newline="") as old,
        (after / "rows.csv").open("w", encoding="utf-8", newline="") as new,
    ):
        header = next(rows)
        old.write(header)
        new.write(header)
        for record in _records(rows):
            listed = record.split(",", 2)[1]
            is_new = left > 0 and _NEWEST in record.partition(",")[2][:40]
            left -= is_new
            (new if is_new else old).write(record)
            (new_lists if is_new else old_lists).add(listed)
    _keep_lists(city, before, old_lists)
    _keep_lists(city, after, new_lists)
    return before, after


def _keep_lists(city: Path, part: Path, kept: set[str]) -> None:
    """What the city says of these lists."""
    with (
        (city / "lists.csv").open(encoding="utf-8", newline="") as every,
        (part / "lists.csv").open("w", encoding="utf-8", newline="") as ours,
    ):
        ours.write(next(every))
        ours.writelines(line for line in every if line.partition(",")[0] in kept)


def _records(lines: Iterable[str]) -> Iterable[str]:
    """Rows of a csv as they stand; a cell may hold line breaks."""
    record = ""
    for line in lines:
        record += line
        if record.count('"') % 2 == 0:
            yield record
            record = ""


def _run(program: list[str]) -> tuple[dict[str, Any], float]:
    """What the program printed last, and the most memory it held, in MB."""
    with subprocess.Popen(program, stdout=subprocess.PIPE, cwd=ROOT, text=True) as process:
        printed = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise FailedError(f"{' '.join(program)} ended with {process.returncode}")
    told: dict[str, Any] = json.loads(printed.strip().splitlines()[-1])
    return told, usage.ru_maxrss / 1024
