"""The pulse: beat sends it each minute, a worker writes it down. Law: one row, whatever the clock says."""

from datetime import datetime

from config.watching.models import Pulse


def beat(*, now: datetime) -> None:
    """Note that broker, worker and beat live."""
    Pulse.objects.update_or_create(name="beat", defaults={"at": now})
