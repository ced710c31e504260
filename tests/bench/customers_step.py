"""The worker's act of comparing, in a process of its own, for `bench-customers`. The last line is what it cost."""

import json
import resource

from django.db import connection
from django.utils import timezone

from pushes.matching_customers import compare_next
from tests.bench.measuring import cost_of, most_memory


def main() -> int:
    """Compare the list that waits."""
    connection.ensure_connection()
    cost = cost_of(lambda: compare_next(clock=timezone.now))
    parser = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(json.dumps({"wall": cost.wall, "client": cost.client, "database": cost.database,
                      "mb": most_memory() / 1024, "parser_mb": parser / 1024}))  # fmt: skip
    return 0
