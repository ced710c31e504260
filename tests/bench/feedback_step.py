"""The worker's act of reading feedback, in a process of its own, for `bench-feedback`. Its last line is the cost."""

from django.utils import timezone

from financing.taking_in import read_next
from tests.bench.stepping import tell


def main() -> int:
    """Read the feedback that waits."""
    return tell(lambda: read_next(timezone.now))
