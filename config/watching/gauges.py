"""Numbers of the things that matter, as each app tells them of itself (`WATCHED` names where). Reads only."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from config.keeping.models import KeepingRun, RunKind
from config.watching import counting
from config.watching.models import Pulse, Trouble

Gauge = tuple[str, dict[str, str], float]
# What each name means, for whoever reads the metrics.
MEANINGS = {
    "registry_lists": "List imports by state.",
    "registry_list_rows": "Rows of list imports by state.",
    "registry_waiting": "Rows that wait for a worker and are due.",
    "registry_waiting_seconds": "For how long the oldest of them has been due.",
    "registry_review_queue": "Doubtful matches that wait for a person.",
    "registry_objections": "Objections that are not decided.",
    "registry_edition_overdue_days": "Days since the quarter's edition was due and is not sealed; 0 if it is not late.",
    "registry_edition_members": "Members of the newest sealed edition.",
    "registry_draft_guards": "What guards say of the standing draft, by level.",
    "registry_deliveries": "Deliveries of all editions by state.",
    "registry_newest_edition_deliveries": "Deliveries of the newest sealed edition by state.",
    "registry_channels_paused": "Channels by which nothing goes out.",
    "registry_beat_pulse_seconds": "Seconds since a worker did what beat had told it.",
    "registry_backup_seconds": "Seconds since the last good run of this kind (backup, drill); none: no such run.",
    "registry_backup_missing_files": "Files that the newest backup found lost in the store.",
    "registry_failed_sign_ins": "Failed sign-ins since midnight in Zhengzhou.",
    "registry_troubles_open": "Troubles that are open.",
    "registry_queue_tasks": "Tasks that no worker has taken yet.",
    "registry_queue_oldest_seconds": "For how long the oldest of them has waited.",
    "registry_probe_ok": "Whether what the site needs is well: 1 or 0.",
}


def gauges(now: datetime) -> Iterator[Gauge]:
    """Everything that the database knows."""
    for path in settings.WATCHED:
        tell: Callable[[datetime], Iterable[Gauge]] = import_string(path)
        yield from tell(now)
    seen = Pulse.objects.filter(name="beat").first()
    if seen:
        yield "registry_beat_pulse_seconds", {}, (now - seen.at).total_seconds()
    yield from _kept(now)
    yield "registry_troubles_open", {}, Trouble.objects.filter(ended_at=None).count()
    yield "registry_failed_sign_ins", {}, counting.failed_sign_ins(now)


def newest_run(kind: RunKind) -> KeepingRun | None:
    """The last one that went well."""
    return KeepingRun.objects.filter(kind=kind, ok=True).order_by("-ended_at").first()


def _kept(now: datetime) -> Iterator[Gauge]:
    for run in KeepingRun.objects.filter(ok=True).order_by("kind", "-ended_at").distinct("kind"):
        if run.ended_at:
            yield "registry_backup_seconds", {"kind": run.kind}, (now - run.ended_at).total_seconds()
            if run.kind == RunKind.BACKUP:
                yield "registry_backup_missing_files", {}, run.missing
