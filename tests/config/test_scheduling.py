"""Beat after a wrong clock: what it sent in the future keeps it from nothing."""

from datetime import timedelta
from pathlib import Path

from config.celery import app
from config.scheduling import Scheduler


def test_a_clock_that_went_back_silences_nothing(tmp_path: Path) -> None:
    scheduler = Scheduler(app=app, schedule_filename=str(tmp_path / "schedule"))
    pulse = scheduler.schedule["pulse"]
    sent: list[str] = []
    scheduler.apply_entry = lambda entry, producer=None: sent.append(entry.name)
    pulse.last_run_at = pulse.default_now() + timedelta(hours=2)
    scheduler.tick()
    assert pulse.last_run_at <= pulse.default_now()
    assert scheduler.set_right() == 0
    pulse.last_run_at -= timedelta(minutes=2)
    scheduler._heap = None
    for _turn in range(len(scheduler.schedule)):
        scheduler.tick()
    assert "pulse" in sent
    scheduler.close()
