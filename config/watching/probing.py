"""Looks at everything at once, each within its time. Law: whoever asks is answered, whatever hangs.

A probe runs in a thread of its own. One that hangs is left behind, and not begun again until it ends: a dead disk costs
one thread, however often it is asked for.
"""

import threading
import time
from collections.abc import Callable, Sequence

from django.db import connections
from django.utils import translation
from django.utils.translation import gettext as _

from config.watching import probes
from config.watching.facts import Fact

SECONDS = 5.0
Probe = Callable[[], Fact]
SERVING: tuple[Probe, ...] = (probes.database, probes.migrations)
ALL: tuple[Probe, ...] = (
    *SERVING, probes.cached, probes.broker, probes.storage, probes.pulse, probes.disks,
)  # fmt: skip
_WHAT = {
    "database": lambda: _("Database"),
    "migrations": lambda: _("Tables of the database"),
    "cached": lambda: _("Cache"),
    "broker": lambda: _("Broker and queue"),
    "storage": lambda: _("Stored files"),
    "pulse": lambda: _("Schedule and workers"),
    "disks": lambda: _("Room on disk"),
}
_ABOUT = {"cached": "cache", "broker": "queue", "disks": "disk"}
_running: dict[str, "_Look"] = {}
_guard = threading.Lock()


class _Look(threading.Thread):
    """One probe at work."""

    def __init__(self, probe: Probe) -> None:
        super().__init__(daemon=True, name=f"probe-{probe.__name__}")
        self.probe, self.language = probe, translation.get_language()
        self.fact: Fact | None = None

    def run(self) -> None:
        try:
            with translation.override(self.language):
                self.fact = judged(self.probe)
        finally:
            connections.close_all()  # this thread's own
            with _guard:
                _running.pop(self.probe.__name__, None)


def look(wanted: Sequence[Probe] = ALL, *, seconds: float = SECONDS) -> list[Fact]:
    """What each finds, in their order; after `seconds` whatever has not answered is said to hang."""
    threads = [_thread(probe) for probe in wanted]
    ends = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, ends - time.monotonic()))
    return [thread.fact or failed(thread.probe, _("does not answer in time")) for thread in threads]


def judged(probe: Probe) -> Fact:
    """What it finds; a probe that fails is a finding."""
    try:
        return probe()
    except Exception as error:  # whatever it is, it is what is to be told
        return failed(probe, probes.refusal(error))


def failed(probe: Probe, words: str) -> Fact:
    name = probe.__name__
    what = _WHAT[name]() if name in _WHAT else name
    return Fact(_ABOUT.get(name, name), False, what, words, essential=probe in SERVING)


def _thread(probe: Probe) -> _Look:
    with _guard:
        found = _running.get(probe.__name__)
        if found is None or not found.is_alive():
            found = _running[probe.__name__] = _Look(probe)
            found.start()
    return found
