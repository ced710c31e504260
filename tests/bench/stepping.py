"""A worker's act that a bench measures in a process of its own, so that its memory is its own too."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from django.db import connection

from tests.bench.measuring import cost_of, most_memory
from tests.bench.serving import FailedError

_ROOT = Path(__file__).resolve().parent.parent.parent


def tell(work: Callable[[], object]) -> int:
    """In that process: do the work, and say what it cost on the last line."""
    connection.ensure_connection()
    cost = cost_of(work)
    parser = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(json.dumps({"wall": cost.wall, "client": cost.client, "database": cost.database, "cpu": cost.cpu,
                      "mb": most_memory() / 1024, "parser_mb": parser / 1024}))  # fmt: skip
    return 0


def in_a_process(step: str) -> dict[str, float]:
    """What the act cost: seconds, and the most memory of the worker and of the process it parses in.

    Raises `FailedError`.
    """
    own = {"BENCH_DATABASE": str(connection.settings_dict["NAME"])}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", step],
        cwd=_ROOT, env={**os.environ, **own}, stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise FailedError(f"the worker's act ended with {done.returncode}")
    told: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return told
