"""Another day than today: a test's own process, and the workers it starts, take it to be then.

`python -m tests.otherday SECONDS -A config worker …` runs Celery so. What a page shows hangs on no calendar then.
"""

import sys
from datetime import datetime, timedelta

from celery.__main__ import main
from django.utils import timezone

_today = timezone.now


def seconds_to(moment: datetime) -> int:
    """By how much the clock is put forward, or back, for it to be that moment now."""
    return int((moment - _today()).total_seconds())


def moved_by(seconds: int) -> None:
    """Put the clock forward; by 0, back to what it is."""
    timezone.now = lambda: _today() + timedelta(seconds=seconds)


if __name__ == "__main__":
    moved_by(int(sys.argv.pop(1)))
    main()
