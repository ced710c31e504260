"""Beat's memory of what it sent, and when. Law: a clock that was ahead and went back silences nothing.

Beat asks when each task was last sent. Where that lies in the future, as after a wrong clock was put right, it would
wait until then: for hours nothing would be sent, a quarter's run as well.
"""

import logging
from datetime import timedelta
from typing import Any

from celery.beat import PersistentScheduler

logger = logging.getLogger(__name__)

_AHEAD = timedelta(minutes=1)


class Scheduler(PersistentScheduler):
    """Celery's own, with what lies in the future taken as sent now."""

    def tick(self, *args: Any, **more: Any) -> Any:
        self.set_right()
        return super().tick(*args, **more)

    def set_right(self) -> int:
        """Forget times that lie in the future; returns how many there were."""
        wrong = [
            one for one in self.schedule.values() if one.last_run_at and one.last_run_at > one.default_now() + _AHEAD
        ]
        for entry in wrong:
            entry.last_run_at = entry.default_now()
        if wrong:
            logger.warning(
                "the clock went back: %s tasks were sent in the future, and are sent from now on", len(wrong)
            )
            self._heap = None  # the order of what comes next is worked out anew
        return len(wrong)
