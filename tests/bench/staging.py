"""Stages one workbook in a process of its own, as a worker does, and says how long it took and how much memory."""

import json
import time
from datetime import date
from pathlib import Path

from django.utils import timezone

from registry.importing import stage
from registry.staging import Notice
from tests.bench.measuring import most_memory
from tests.bench.ours import PROGRAMME


def main(path: str, published_on: str) -> int:
    """Print what it cost, as one line of JSON."""
    notice = Notice(programme=PROGRAMME, kind="recognition", published_on=date.fromisoformat(published_on))
    began = time.perf_counter()
    listed = stage(path=Path(path), file_name=Path(path).name, notice=notice, now=timezone.now())
    seconds = time.perf_counter() - began
    told = {"import": listed.pk, "rows": listed.row_count, "faulty": listed.faulty_count}
    print(json.dumps({**told, "seconds": seconds, "kib": most_memory()}))
    return 0
