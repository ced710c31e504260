"""`make bench-feedback`: what an institution's feedback costs to take in, beside the least that it must and a peer.

Law: measured is all from the upload to what is in force and the sheet of faults, the worker's part in a process of its
own. The floor is a bare COPY of the same lines into a table without index or trigger. The peer is the same file through
django-import-export, row by row through model instances, with the same questions asked of each row. The last line is
the result as JSON.
"""

import json
import os
import platform
import sys
import time
from pathlib import Path

import tablib
from django.db import connection
from django.utils import timezone

from financing.models import Feedback, FeedbackState
from financing.receiving import receive
from pushes import enclosed_files
from pushes.access import granted
from pushes.secrets_at_rest import disclose
from tests.bench.feedback_made import LABEL, Made, pool, workbook
from tests.bench.serving import FailedError
from tests.bench.stepping import in_a_process
from tests.bench.stock.resources import ReportResource

ROOT = Path(__file__).resolve().parent.parent.parent
_MEMBERS, _ROWS = 250_000, 200_000
_FLOOR = "CREATE TABLE bench_floor AS SELECT * FROM financing_feedbackline WITH NO DATA"


def main() -> int:
    """Measure, print the figures and the line."""
    kept = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        return _measured(Path(os.environ["BENCH_FOLDER"]))
    except FailedError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)


def _measured(folder: Path) -> int:
    members, rows, seed = _number("MEMBERS", _MEMBERS), _number("ROWS", _ROWS), _number("SEED", 11)
    _say(f"a pool of {members:,} members, {rows:,} rows of feedback on it")
    made = pool(members, seed)
    path, faulty = workbook(made, rows, seed, folder / "feedback.xlsx")
    began = time.perf_counter()
    feedback = _received(made, path)
    received = time.perf_counter() - began
    cost = in_a_process("feedback-step")
    feedback.refresh_from_db()
    if (feedback.state, feedback.lines, feedback.faulty) != (FeedbackState.IN_FORCE, rows - faulty, faulty):
        raise FailedError(f"{feedback.state} {feedback.lines} {feedback.faulty} {feedback.message}")
    ours = received + cost["wall"]
    sheet = sum(map(len, enclosed_files.disclosed(feedback.stored("faults"), disclose(feedback.key))))
    _say("the floor")
    floor = _floor(feedback, folder)
    peer_rows = min(rows, _number("PEER_ROWS", rows))
    _say(f"the peer, {peer_rows:,} rows")
    peer = _peer(path, peer_rows) * rows / peer_rows
    figures = {
        "ratio_to_peer": round(peer / ours, 1),
        "ratio_to_floor": round(ours / floor, 2),
        "rows": rows,
        "members": members,
        "faulty": faulty,
        "seconds": round(ours, 2),
        "cpu_seconds": round(cost["cpu"], 2),
        "worker_mb": round(cost["mb"]),
        "parser_mb": round(cost["parser_mb"]),
        "file_bytes": path.stat().st_size,
        "sheet_bytes": sheet,
        "floor_seconds": round(floor, 2),
        "peer_seconds": round(peer, 2),
        "peer_rows": peer_rows,
    }
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(
        f"{rows:,} rows ({path.stat().st_size / 2**20:.1f} MB) on {members:,} members: {ours:.1f} s, at most "
        f"{cost['mb']:.0f} MB in the worker and {cost['parser_mb']:.0f} MB in the process that parses; {faulty:,} "
        f"faulty rows in a sheet of {sheet / 2**10:.0f} KB; bare COPY {floor:.2f} s; the peer {peer:.0f} s"
    )
    print(json.dumps(figures))
    return 0


def _received(made: Made, path: Path) -> Feedback:
    now = timezone.now()
    with path.open("rb") as stream:
        return receive(
            access=granted(made.bank, today=now.date()), label=LABEL, stream=stream, size=path.stat().st_size,
            file_name=path.name, leave_out=True, by=None, access_key="bench", address=None, now=now,
        )  # fmt: skip


def _floor(feedback: Feedback, folder: Path) -> float:
    """Copy the lines out of the database, then measure how long they take to come back in."""
    lines = folder / "lines.copy"
    with connection.cursor() as cursor:
        with lines.open("wb") as target, cursor.copy(
            "COPY (SELECT * FROM financing_feedbackline WHERE feedback_id = %s) TO STDOUT", [feedback.pk]
        ) as copy:  # fmt: skip
            for block in copy:
                target.write(block)
        cursor.execute(_FLOOR)
        began = time.perf_counter()
        with lines.open("rb") as source, cursor.copy("COPY bench_floor FROM STDIN") as copy:
            while block := source.read(1 << 20):
                copy.write(block)
        return time.perf_counter() - began


def _peer(path: Path, rows: int) -> float:
    """Seconds of the library's import of so many rows, from the file on; faulty rows are its errors."""
    began = time.perf_counter()
    dataset = tablib.Dataset().load(path.read_bytes(), format="xlsx", read_only=True)
    read = time.perf_counter() - began
    part = dataset[:rows]
    result = ReportResource().import_data(
        tablib.Dataset(*part, headers=dataset.headers), collect_failed_rows=True, raise_errors=False
    )
    failed = len(result.invalid_rows) + len(result.error_rows)
    if not failed or result.totals["new"] + failed != len(part):
        raise FailedError(f"the library's import: {dict(result.totals)}, {failed} faulty")
    return time.perf_counter() - began - read + read * rows / len(dataset)


def _number(name: str, default: int) -> int:
    return int(os.environ.get(name) or default)


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)
