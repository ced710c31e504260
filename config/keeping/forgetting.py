"""What is deleted here for age alone. The whole table of what is kept for how long stands in docs/backup.md.

Law: nothing that is published, decided or sent is among it; those tables have rules and records of their own.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from config.keeping.models import KeepingRun


def forget(*, now: datetime, clear_sessions: Callable[[], None]) -> int:
    """Delete sessions that have run out and old records of backups and drills; returns how many of those."""
    clear_sessions()
    over = now - timedelta(days=settings.WATCH_KEPT_DAYS)
    return KeepingRun.objects.filter(began_at__lt=over).delete()[0]
