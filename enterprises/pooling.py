"""Step 4 of the path: decisions and rules give recognitions, identities and the pool, on a date, as known then.

Law: nothing here is a source. Everything is derived, set by set, from entries, decisions and rules, and can be again.
"""

from contextlib import nullcontext
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import localdate

from enterprises import derivation, errors, locks, moving, noticing, planning, scoring
from enterprises.models import PoolRebuild
from enterprises.numbering import next_number
from enterprises.pool_figures import count_pool
from registry.copying import Behind, as_numbers


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
        _derive_rest(as_of=as_of, known_by=known)
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


def keep_up(*, now: datetime) -> PoolRebuild | None:
    """Rebuild the pool of today where anything that it is derived from moved since it was built. Raises `NoRule`."""
    last = PoolRebuild.objects.first()
    if last is None or moving.so_far(last.known_by) != moving.so_far():
        return rebuild(as_of=localdate(now), now=now)
    return None


def know_lists(behind: Behind, *, known_by: datetime) -> None:
    """Have the lists that are known looked up meanwhile, for `refresh_identities` in the same transaction."""
    for statement in derivation.KNOWN_LISTS:
        behind.run(statement, {"known_by": known_by})


def refresh_identities(
    *, as_of: date, now: datetime, only: list[int] | None = None, lists_are_known: bool = False
) -> None:
    """Bring names, codes, districts and former names of enterprises (or of `only` some) in line with their entries."""
    with transaction.atomic():
        locks.hold(locks.IDENTITIES)
        _identify(as_of=as_of, known_by=now, only=only, lists_are_known=lists_are_known)
        _run(derivation.REFRESH_IDENTITIES, only=_array(only))


def derive(*, as_of: date, known_by: datetime, only: list[int] | None = None) -> None:
    """Derive identities, recognitions and members into temporary tables that live until the transaction ends.

    `only` are the ids of the enterprises to derive, where not all are wanted.

    Raises `NoRule` where a programme has no rule for the day on which one of its lists was published.
    """
    _identify(as_of=as_of, known_by=known_by, only=only)
    _derive_rest(as_of=as_of, known_by=known_by)


def _identify(*, as_of: date, known_by: datetime, only: list[int] | None, lists_are_known: bool = False) -> None:
    """What is known, and who each enterprise is."""
    if not lists_are_known:
        _run(derivation.KNOWN_LISTS, known_by=known_by)
    with nullcontext() if only is None else planning.roughly():
        with nullcontext() if only is None else planning.by_index(len(only), of=next_number()):
            _run(derivation.KNOWN, known_by=known_by, only=_array(only))
        _run(derivation.IDENTITIES, as_of=as_of, only=_array(only))


def _derive_rest(*, as_of: date, known_by: datetime) -> None:
    """Recognitions and members, once what is known and the identities are derived. Raises `NoRule`."""
    with connection.cursor() as cursor:
        cursor.execute(derivation.WITHOUT_RULE)
        gap = cursor.fetchone()
    if gap:
        raise errors.NoRule(*map(str, gap))
    _run(
        derivation.DAY + derivation.GRANTS + derivation.RECOGNITIONS + derivation.MEMBERS + scoring.SCORES,
        as_of=as_of,
        known_by=known_by,
    )


def _array(numbers: list[int] | None) -> str | None:
    return None if numbers is None else as_numbers(numbers)


def _run(statements: tuple[str, ...], **parameters: Any) -> None:
    with connection.cursor() as cursor:
        planning.count_on_memory(cursor)
        for statement in statements:
            cursor.execute(statement, parameters or None)
