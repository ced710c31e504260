"""The quarter's whole run, in order: resolve, rebuild the pool, cut, seal, push.

Law: it may be started twice, or killed and started again: one edition, one delivery for each channel.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from zlib import crc32

from django.contrib.auth.models import User
from django.db import connection
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from enterprises import editions, pooling, resolving
from enterprises.calendar import last_day
from enterprises.models import Edition
from enterprises.queries import sealed_editions
from pushes import delivering
from pushes.delivering import Clock, Sweep


@dataclass(frozen=True)
class QuarterRun:
    """The sealed edition and what was pushed."""

    edition: Edition
    pushed: Sweep


def run(
    *,
    quarter: str,
    clock: Clock,
    as_of: date | None = None,
    by: User | None = None,
    progress: Callable[[str], None] | None = None,
) -> QuarterRun:
    """Seal the quarter's edition where it is not sealed yet (with the pool of today), and push what is owed.

    A second run of the same quarter waits for the first and then finds its work done. Raises what resolving,
    cutting and sealing raise (`EnterprisesError`).
    """
    last_day(quarter)
    with _alone(f"quarter:{quarter}"):
        edition = sealed_editions().filter(quarter=quarter).last()
        if edition is None:
            edition = _seal(quarter, clock, as_of, by, progress or _silent)
        return QuarterRun(edition, delivering.sweep(clock=clock))


def _seal(
    quarter: str,
    clock: Clock,
    as_of: date | None,
    by: User | None,
    progress: Callable[[str], None],
) -> Edition:
    progress(_("Entries are being resolved …"))
    resolving.resolve(now=clock())
    progress(_("The pool is being rebuilt …"))
    now = clock()
    pooling.rebuild(as_of=localdate(now), now=now)
    progress(_("The edition of %(quarter)s is being cut …") % {"quarter": quarter})
    resolving.resolve(now=clock())  # what was confirmed during the rebuild
    draft = editions.cut(quarter=quarter, as_of=as_of, now=clock(), by=by)
    edition = editions.seal(edition=draft, now=clock(), by=by)
    progress(_("%(label)s is sealed and is being pushed …") % {"label": edition.label})
    return edition


def _silent(_step: str) -> None:
    """Nobody watches."""


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """Hold a lock of this database session, over several transactions; it cannot outlive the session."""
    key = [crc32(f"pushes:{name}".encode())]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", key)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", key)
