"""What the next edition would be, as of any day: who enters, leaves and changes, what guards say, what runs out soon.

Law: it writes nothing, holds nobody up, and says at what moment it was worked out.
"""

import pickle
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

import redis
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Max

from enterprises import guarding, pooling, seeing
from enterprises.calendar import finished_quarter, last_day, next_quarter, quarter_of
from enterprises.delta import Cause, Difference
from enterprises.editions import previous_of
from enterprises.explaining import explained
from enterprises.guards import Comparison, judge
from enterprises.models import Edition, GuardResult, MatchDecision
from enterprises.queries import sealed_editions
from registry.models import ImportEvent

KEPT = 50_000  # changes, and recognitions that run out: more than that nobody pages through
REMEMBERED_SECONDS = 600
# Holders whose last recognition of a programme ends within the span; what follows on it, in force or to come, counts.
# `leaves`: nothing of any programme keeps them in after that, grace included.
_RUN_OUT = """
    WITH counting AS (
        SELECT r.enterprise_id, r.code, r.number, r.grace_to,
               CASE WHEN r.state = 'grace' THEN r.grace_to ELSE r.valid_to END AS ends
        FROM derived_recognition r JOIN derived_identity i ON i.enterprise_id = r.enterprise_id AND i.in_scope
        WHERE r.counts AND r.state IN ('valid', 'grace', 'upcoming')
    ), held AS (
        SELECT enterprise_id, code, max(ends) AS ends, max(number) AS number,
               max(greatest(grace_to, ends)) AS kept_to, bool_or(ends IS NULL) AS open
        FROM counting GROUP BY enterprise_id, code
    ), whole AS (
        SELECT enterprise_id, max(kept_to) AS kept_to, bool_or(open) AS open FROM held GROUP BY enterprise_id
    )
    SELECT h.code, h.ends, e.public_id, i.name, h.number, nullif(h.kept_to, h.ends),
           NOT w.open AND w.kept_to <= h.kept_to AS leaves
    FROM held h
    JOIN whole w USING (enterprise_id)
    JOIN derived_member m USING (enterprise_id)
    JOIN derived_identity i USING (enterprise_id)
    JOIN enterprises_enterprise e ON e.id = h.enterprise_id
    JOIN registry_programme p ON p.code = h.code
    WHERE NOT h.open AND h.ends >= %(since)s AND h.ends <= %(until)s
    ORDER BY h.ends, p.position, e.public_id LIMIT %(kept)s
"""


class Change(NamedTuple):
    """A change to come, with its causes."""

    difference: Difference
    causes: list[Cause]

    @property
    def programmes(self) -> set[str]:
        """Of the recognitions that differ, or that come and go with the member."""
        before, after = (
            {repr(one): one["programme"] for one in record["recognitions"]} if record else {}
            for record in self.difference
        )
        return {(before.get(one) or after[one]) for one in before.keys() ^ after.keys()}


class RunningOut(NamedTuple):
    """A holder whose last recognition of a programme ends on a day; kept in grace until another, if at all."""

    programme: str
    ends: date
    public_id: str
    name: str
    number: str
    grace_to: date | None
    leaves: bool

    @property
    def month(self) -> str:
        return f"{self.ends:%Y-%m}"


@dataclass
class Preview:
    """What an edition of `as_of` would be, as known at `known_by`, beside `previous` (its label; "" for none)."""

    as_of: date
    known_by: datetime
    until: date
    previous: str = ""
    members: int = 0
    before: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    holders: dict[str, tuple[int, int]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    guards: list[GuardResult] = field(default_factory=list)
    running_out: list[RunningOut] = field(default_factory=list)

    def cliff(self) -> dict[tuple[str, str], tuple[int, int]]:
        """By programme and month: how many run out, and how many of them leave the pool by it."""
        found: dict[tuple[str, str], tuple[int, int]] = {}
        for one in self.running_out:
            all_of_them, leave = found.get((one.programme, one.month), (0, 0))
            found[one.programme, one.month] = all_of_them + 1, leave + one.leaves
        return found


def next_day(today: date) -> date:
    """The day of the next edition: of the last finished quarter while none of it stands, else of the present one."""
    finished = finished_quarter(today)
    stands = sealed_editions().filter(quarter__gte=finished).exists()
    return last_day(quarter_of(today) if stands else finished)


def preview(*, as_of: date, now: datetime, fresh: bool = False) -> Preview:
    """The preview of that day: worked out now, or within the last minutes where nothing was decided since.

    Raises `NoRule`.
    """
    previous = previous_of(quarter_of(as_of))
    key = _key(as_of, previous)
    known = None if fresh else _remembered(key)
    if known:
        remembered: Preview = pickle.loads(zlib.decompress(known))  # noqa: S301 - our own words, from our own cache
        return remembered
    worked_out = _worked_out(as_of, now, previous)
    with suppress(redis.RedisError):  # not remembered, it is worked out anew
        cache.set(key, zlib.compress(pickle.dumps(worked_out), 1), REMEMBERED_SECONDS)
    return worked_out


def _remembered(key: str) -> bytes | None:
    with suppress(redis.RedisError):
        known: bytes | None = cache.get(key)
        return known
    return None


def _key(as_of: date, previous: Edition | None) -> str:
    """Another list, decision or edition makes another preview."""
    event = ImportEvent.objects.aggregate(Max("pk"))["pk__max"]
    decision = MatchDecision.objects.aggregate(Max("pk"))["pk__max"]
    return f"preview:{as_of}:{event}:{decision}:{previous.pk if previous else 0}"


def _worked_out(as_of: date, now: datetime, previous: Edition | None) -> Preview:
    after_next = next_quarter(next_quarter(quarter_of(as_of)))
    made = Preview(as_of, now, last_day(after_next), previous.label if previous else "")
    with transaction.atomic():
        pooling.derive(as_of=as_of, known_by=now)
        if previous:
            seeing.photograph("before", previous)
        else:
            seeing.photograph_nobody("before")
        seeing.photograph("after")
        made.counts = seeing.compare()
        made.before, held = seeing.members("before")
        made.members, holds = seeing.members("after")
        made.holders = {code: (held.get(code, 0), holds.get(code, 0)) for code in sorted({*held, *holds})}
        compared = Comparison(made.before, made.members, made.counts["removed"], held, holds, _causes(made, previous))
        around = guarding.surroundings(as_of, now, previous, compared)
        made.guards = guarding.results(judge(compared, around, guarding.limits()), edition=None, now=now)
        made.running_out = list(_running_out(as_of, made.until))
        transaction.set_rollback(True)
    return made


def _causes(made: Preview, since: Edition | None) -> dict[tuple[str, str], int]:
    """Keep the changes with their causes, and count members of before by cause and programme, as guards want it."""
    causes: Counter[tuple[str, str]] = Counter()
    for difference, told in explained(seeing.differences(), since):
        if len(made.changes) < KEPT:
            made.changes.append(Change(difference, told))
        if difference.kind != "added":
            causes.update({(cause["cause"], cause["programme"]) for cause in told})
    return dict(causes)


def _running_out(as_of: date, until: date) -> Iterator[RunningOut]:
    with connection.cursor() as cursor:
        cursor.execute(_RUN_OUT, {"since": as_of, "until": until, "kept": KEPT})
        yield from map(RunningOut._make, cursor.fetchall())
