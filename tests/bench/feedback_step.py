"""The worker's act of reading feedback, in a process of its own, for `bench-feedback`. Its last line is the cost."""

import json
import resource

from django.db import connection
from django.utils import timezone

from financing.taking_in import read_next
from tests.bench.measuring import cost_of, most_memory


def main() -> int:
    """Read the feedback that waits."""
    connection.ensure_connection()
    cost = cost_of(lambda: read_next(timezone.now))
    parser = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(json.dumps({"wall": cost.wall, "cpu": cost.cpu, "mb": most_memory() / 1024, "parser_mb": parser / 1024}))
    return 0
