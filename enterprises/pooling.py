"""Step 4 of the path: decisions and rules give recognitions, identities and the pool, on a date, as known then.

Law: nothing here is a source. Everything is derived, set by set, from entries, decisions and rules, and can be again.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.timezone import localdate

from enterprises import derivation, errors, locks, noticing, planning, scoring
from enterprises.models import PoolRebuild
from enterprises.numbering import next_number
from enterprises.pool_figures import count_pool


@dataclass
class _Shared:
    """What this session's temporary tables hold, where several derivations share them."""

    known_by: datetime | None = None
    identities: date | None = None


_shared: ContextVar[_Shared | None] = ContextVar("shared", default=None)


@contextmanager
def sharing() -> Iterator[None]:
    """Within it, what was known at one moment is read once, for all the days that are derived one after the other.

    Only what is told to be known at the same moment is shared; whoever derives sees to it that nothing of that moment
    came later.
    """
    token = _shared.set(_Shared())
    try:
        yield
    finally:
        _shared.reset(token)
        if not connection.needs_rollback:
            _run(derivation.FORGET)


def rebuild(*, as_of: date, now: datetime, known_by: datetime | None = None) -> PoolRebuild:
    """Replace the live pool by what holds on `as_of`, as known at `known_by` (default: now).

    Identities always follow what is known today. Readers are not blocked; two rebuilds at once are one after the other.
    Raises `DayToCome`, `NoRule`.
    """
    if as_of > localdate(now):
        raise errors.DayToCome(as_of.isoformat())
    known, today = known_by or now, localdate(now)
    with transaction.atomic():
        locks.hold(locks.IDENTITIES)
        _identify(as_of=today, known_by=now, only=None)
        _run(derivation.REFRESH_IDENTITIES, only=None)
        if (as_of, known) != (today, now):
            _identify(as_of=as_of, known_by=known, only=None)
        _derive_rest(as_of=as_of, known_by=known, only=None)
        _run(derivation.REPLACE_POOL + scoring.REPLACE)
        noticing.note(as_of=as_of)
        with connection.cursor() as cursor:
            cursor.execute(derivation.POOL_SIZES)
            members, recognitions = cursor.fetchone()
        return PoolRebuild.objects.create(
            as_of=as_of,
            known_by=known,
            members=members,
            recognitions=recognitions,
            figures=count_pool(as_of),
            built_at=now,
        )


def refresh_identities(*, as_of: date, now: datetime, only: list[int] | None = None) -> None:
    """Bring names, codes, districts and former names of enterprises (or of `only` some) in line with their entries."""
    with transaction.atomic():
        locks.hold(locks.IDENTITIES)
        _identify(as_of=as_of, known_by=now, only=only)
        _run(derivation.REFRESH_IDENTITIES, only=only)


def derive(*, as_of: date, known_by: datetime, only: list[int] | None = None) -> None:
    """Derive identities, recognitions and members into temporary tables that live until the transaction ends.

    `only` are the ids of the enterprises to derive, where not all are wanted.

    Raises `NoRule` where a programme has no rule for the day on which one of its lists was published.
    """
    _identify(as_of=as_of, known_by=known_by, only=only)
    _derive_rest(as_of=as_of, known_by=known_by, only=only)


def _identify(*, as_of: date, known_by: datetime, only: list[int] | None) -> None:
    """What is known, and who each enterprise is; what is shared and still holds is left as it is."""
    shared = _shared.get()
    if shared is None or only is not None or shared.known_by != known_by:
        with nullcontext() if only is None else planning.by_index(len(only), of=next_number()):
            _run(derivation.KNOWN, known_by=known_by, only=only)
        _run(derivation.IDENTITIES, as_of=as_of, only=only)
        _lose(shared)
    elif not _same_identities(shared.identities, as_of):
        _run(derivation.IDENTITIES, as_of=as_of, only=only)


def _lose(shared: _Shared | None) -> None:
    if shared:
        shared.known_by = shared.identities = None


def _keep(shared: _Shared, known_by: datetime, identities: date) -> None:
    shared.known_by, shared.identities = known_by, identities


def _same_identities(of_day: date | None, as_of: date) -> bool:
    if of_day is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute(derivation.SAME_IDENTITIES, sorted([of_day, as_of]))
        (same,) = cursor.fetchone()
    return bool(same)


def _derive_rest(*, as_of: date, known_by: datetime, only: list[int] | None) -> None:
    """Recognitions and members, once what is known and the identities are derived. Raises `NoRule`."""
    with connection.cursor() as cursor:
        cursor.execute(derivation.WITHOUT_RULE)
        gap = cursor.fetchone()
    if gap:
        raise errors.NoRule(*map(str, gap))
    shared = _shared.get()
    if shared is None or shared.known_by is None:
        _run(derivation.GRANTS)
    _run(derivation.RECOGNITIONS + derivation.MEMBERS + scoring.SCORES, as_of=as_of, known_by=known_by)
    if shared and only is None:
        # A rollback takes the tables with it: they are counted on once their transaction has ended well.
        transaction.on_commit(partial(_keep, shared, known_by, as_of))


def _run(statements: tuple[str, ...], **parameters: Any) -> None:
    keeps = _shared.get() is not None
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', %s, true)", [f"{settings.DERIVE_MEMORY_MB}MB"])
        for statement in statements:
            lasting = statement.replace(derivation.UNTIL_COMMIT, "") if keeps else statement
            cursor.execute(lasting, parameters or None)
