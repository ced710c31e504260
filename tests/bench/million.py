"""The largest list that is taken in: how much memory its reading needs, how long its confirmation and withdrawal."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from registry import importing
from registry.models import ListImport
from tests.bench import workbooks
from tests.bench.measuring import children_of, most_memory
from tests.bench.ours import UnexpectedError, forget

_LOOK_EVERY = 0.05  # seconds


@dataclass(frozen=True)
class Million:
    """What the largest list costs; `rss_mb` is the worker's memory, `parser_mb` that of the process it parses in."""

    rows: int
    rss_mb: float
    parser_mb: float
    stage_seconds: float
    confirm_ms: float
    withdraw_ms: float


def million(folder: Path, rows: int, published_on: date) -> Million:
    """Write the workbook, stage it in a process of its own, confirm and withdraw it."""
    path = workbooks.write(folder / "largest.xlsx", workbooks.certificates(rows), count=rows)
    forget()
    staged, parser = _staged(path, published_on)
    if (staged["rows"], staged["faulty"]) != (rows, 0):
        raise UnexpectedError(f"{path.name}: {staged}")
    listed = ListImport.objects.get(pk=staged["import"])
    confirmed = _milliseconds(lambda: importing.confirm(list_import=listed, now=timezone.now()))
    withdrawn = _milliseconds(lambda: importing.withdraw(list_import=listed, reason="bench", now=timezone.now()))
    forget()
    path.unlink()
    return Million(rows, staged["kib"] / 1024, parser / 1024, staged["seconds"], confirmed, withdrawn)


def _staged(path: Path, published_on: date) -> tuple[dict[str, Any], int]:
    """What the staging process told, and the most memory of any that it started, in KiB."""
    program = [sys.executable, "-m", "tests.bench", "stage", str(path), published_on.isoformat()]
    own = {"BENCH_DATABASE": str(connection.settings_dict["NAME"])}
    most = 0
    with subprocess.Popen(program, stdout=subprocess.PIPE, env={**os.environ, **own}, text=True) as process:
        while process.poll() is None:
            most = max(most, 0, *map(most_memory, children_of(process.pid)))
            time.sleep(_LOOK_EVERY)
        told, _ = process.communicate()
    if process.returncode:
        raise UnexpectedError(f"staging {path.name} ended with {process.returncode}")
    answer: dict[str, Any] = json.loads(told)
    return answer, most


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)
