"""The quarter's whole run, in order: resolve, rebuild the pool, cut, judge, seal, push.

Law: it may be started twice, or killed and started again: one edition, one delivery for each channel. Where guards are
red it stops at the draft, and goes on from there once a second person has overruled them.
"""

from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import User
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from enterprises import editions, locks, pooling, resolving
from enterprises.beside import beside
from enterprises.calendar import last_day
from enterprises.errors import AlreadySealed, DraftOutdated, NotResolved
from enterprises.models import Edition, EditionKind
from enterprises.queries import sealed_editions
from pushes import delivering
from pushes.delivering import Clock, Sweep

_TRIES = 3


@dataclass(frozen=True)
class QuarterRun:
    """The sealed edition and what was pushed with it."""

    edition: Edition
    pushed: Sweep


def run(
    *,
    quarter: str,
    clock: Clock,
    as_of: date | None = None,
    by: User | None = None,
    progress: Callable[[str], None] | None = None,
    push: bool = True,
) -> QuarterRun:
    """Seal the quarter's edition where it is not sealed yet (with the pool of today), and push what is owed, unless
    that is left to others.

    A second run of the same quarter waits for the first and then finds its work done. Raises `AlreadySealed` where
    it is sealed as of another day, `GuardsRed` or `SealsByPerson` where the draft waits for a person, and what
    resolving, cutting and sealing raise (`EnterprisesError`).
    """
    last_day(quarter)
    with locks.held(f"quarter:{quarter}"):
        edition = standing(quarter, as_of) or _seal(quarter, clock, as_of, by, progress or _silent)
        return QuarterRun(edition, delivering.sweep(clock=clock) if push else Sweep())


def standing(quarter: str, as_of: date | None) -> Edition | None:
    """The quarter's sealed edition, where there is one. Raises `AlreadySealed` where it is as of another day."""
    edition = sealed_editions().filter(quarter=quarter, kind=EditionKind.QUARTER).last()
    if edition and as_of not in (None, edition.as_of):
        raise AlreadySealed(edition.label, edition.as_of.isoformat())
    return edition


def _seal(
    quarter: str,
    clock: Clock,
    as_of: date | None,
    by: User | None,
    progress: Callable[[str], None],
) -> Edition:
    progress(_("Entries are being resolved …"))
    resolving.resolve(now=clock())
    now = clock()
    progress(_("The pool is being rebuilt, and beside it the edition of %(quarter)s is cut …") % {"quarter": quarter})

    def rebuild() -> None:
        pooling.rebuild(as_of=localdate(now), now=now)
        progress(_("The pool is rebuilt; the edition is being finished …"))

    draft = None
    with beside(rebuild), suppress(NotResolved):
        draft = _draft(quarter, as_of, by, now)
    edition = _sealed(draft, quarter, clock, as_of, by, tries=_TRIES if draft else _TRIES - 1)
    progress(_("%(label)s is sealed and is being pushed …") % {"label": edition.label})
    return edition


def _sealed(
    draft: Edition | None, quarter: str, clock: Clock, as_of: date | None, by: User | None, *, tries: int
) -> Edition:
    """As known when the run began, where nothing came since. Whoever says something in between makes it begin again.

    The last time they wait until it is sealed: where many settle matches all day, it would never go out.
    """
    try:
        with locks.held(*locks.STILL) if tries == 1 else nullcontext():
            draft = draft or _draft(quarter, as_of, by, _resolved(clock))
            editions.refuse_by_itself(draft)
            return editions.seal(edition=draft, now=clock(), by=by)
    except (NotResolved, DraftOutdated):
        if tries == 1:
            raise
    return _sealed(None, quarter, clock, as_of, by, tries=tries - 1)


def _resolved(clock: Clock) -> datetime:
    resolving.resolve(now=clock())
    return clock()


def _draft(quarter: str, as_of: date | None, by: User | None, now: datetime) -> Edition:
    return _overruled(quarter, as_of) or editions.cut(quarter=quarter, as_of=as_of, now=now, by=by)


def _overruled(quarter: str, as_of: date | None) -> Edition | None:
    """The draft that a person answers for, while it still is what would be cut."""
    draft = editions.standing_draft(quarter)
    wanted = draft and draft.as_of == (as_of or last_day(quarter)) and editions.is_current(draft)
    return draft if draft and wanted and editions.is_overruled(draft) else None


def _silent(_step: str) -> None:
    """Nobody watches."""
