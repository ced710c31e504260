"""Looks at each thing that the site needs. Law: a probe says what it finds; whoever calls it bounds its time."""

import os
import shutil
import socket
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.watching import queue
from config.watching.facts import Fact
from config.watching.models import Pulse

_GIGABYTE = 1 << 30


def database() -> Fact:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Fact("database", True, _("Database"), pgettext("server", "answers"), essential=True)


def migrations() -> Fact:
    """Whether the tables are those that this code needs."""
    applied = set(MigrationRecorder(connection).applied_migrations())
    missing = sorted(f"{app}.{name}" for app, name in _newest_migrations() - applied)
    words = (
        _("not applied: %(names)s. Run manage.py migrate.") % {"names": ", ".join(missing)} if missing else _("applied")
    )
    return Fact("migrations", not missing, _("Tables of the database"), words, essential=True)


def broker() -> Fact:
    """Whether tasks can be handed over, how many wait, and for how long the oldest does."""
    waits = queue.waiting()
    late = waits.oldest_seconds > 60 * settings.QUEUE_LATE_MINUTES
    words = _("%(count)s tasks wait, the oldest for %(seconds)s seconds") % {
        "count": waits.tasks,
        "seconds": round(waits.oldest_seconds),
    }
    return Fact("queue", not late, _("Broker and queue"), words)


def cached() -> Fact:
    key, mark = f"health:{socket.gethostname()}:{os.getpid()}", os.urandom(4).hex()
    cache.set(key, mark, 60)
    same = cache.get(key) == mark
    return Fact("cache", same, _("Cache"), pgettext("server", "answers") if same else _("forgets what it was told"))


def storage() -> Fact:
    """Whether a file that is stored can be read again."""
    mark = os.urandom(8)
    name = default_storage.save(f".health/{socket.gethostname()}-{os.getpid()}", ContentFile(mark))
    try:
        with default_storage.open(name) as stream:
            same = stream.read() == mark
    finally:
        default_storage.delete(name)
    return Fact(
        "storage", same, _("Stored files"), _("can be written and read") if same else _("are not what was written")
    )


def pulse() -> Fact:
    """Whether beat, the broker and a worker together did something within the last minutes."""
    seen = Pulse.objects.filter(name="beat").first()
    if seen is None:
        return Fact("pulse", False, _("Schedule and workers"), _("no pulse yet: start a worker and beat"))
    age = timezone.now() - seen.at
    words = _("last pulse %(seconds)s seconds ago") % {"seconds": round(age.total_seconds())}
    late = age > timedelta(minutes=settings.PULSE_LATE_MINUTES) or age < -timedelta(minutes=settings.PULSE_LATE_MINUTES)
    if age < timedelta(0) and late:
        words = _("the last pulse lies in the future: a machine's clock is wrong")
    elif late:
        words += _("; see whether beat and a worker run")
    return Fact("pulse", not late, _("Schedule and workers"), words)


def disks() -> Fact:
    """Room where files, backups and temporary files go."""
    places = {settings.FILES_ROOT, settings.BACKUP_DIR or settings.FILES_ROOT, os.environ.get("TMPDIR", "/tmp")}  # noqa: S108
    found = [_room(Path(place)) for place in sorted(map(str, places))]
    tight = [said for said, enough in found if not enough]
    return Fact("disk", not tight, _("Room on disk"), _("; ").join(tight or [said for said, _enough in found]))


def _room(place: Path) -> tuple[str, bool]:
    while not place.exists():
        place = place.parent
    use = shutil.disk_usage(place)
    share = 100 * use.free / use.total if use.total else 0
    enough = share >= settings.DISK_LEAST_PERCENT or use.free > 50 * _GIGABYTE
    words = _("%(place)s: %(free)s GB free (%(share)s per cent)") % {
        "place": place,
        "free": f"{use.free / _GIGABYTE:.1f}",
        "share": round(share),
    }
    return words, enough


@lru_cache(maxsize=1)
def _newest_migrations() -> set[tuple[str, str]]:
    """Of each app, as the code on this machine has it."""
    return set(MigrationLoader(None).graph.leaf_nodes())


def refusal(error: BaseException) -> str:
    """Why a probe failed, without what libraries put into their messages: addresses, names of users."""
    if isinstance(error, redis.RedisError | OSError) and not isinstance(error, OSError):
        return _("does not answer")
    kinds: dict[str, Any] = {"OperationalError": _("does not answer"), "ConnectionError": _("does not answer")}
    return str(kinds.get(type(error).__name__, _("fails: %(kind)s") % {"kind": type(error).__name__}))
