"""The worker's act of comparing, in a process of its own, for `bench-customers`. The last line is what it cost."""

from django.utils import timezone

from pushes.matching_customers import compare_next
from tests.bench.stepping import tell


def main() -> int:
    """Compare the list that waits."""
    return tell(lambda: compare_next(clock=timezone.now))
