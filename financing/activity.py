"""What institutions did with a half year's editions: taken, acknowledged, reported on, and what came of contacts.

Law: reads only; as of `known_by`, by receipts, deliveries and feedback that nobody can change afterwards.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Min
from django.utils.timezone import localdate

from enterprises.calendar import last_day
from enterprises.models import Edition
from financing.figures import ALL
from financing.models import Feedback
from financing.terms import Terms
from pushes.models import Delivery, DeliveryState, Receipt, ReceiptKind

IN_TIME, LATE, NONE, AWAITED, NOT_ASKED = "in_time", "late", "none", "awaited", "not_asked"
_FETCHED = (ReceiptKind.DOWNLOAD, ReceiptKind.MEMBERS, ReceiptKind.CHANGES)


class Conversions(NamedTuple):
    """Enterprises in the half year, each once: contacted, and how many of these got a credit line, were paid out to."""

    contacted: int = 0
    granted: int = 0
    lent: int = 0


NOBODY = Conversions()


@dataclass(frozen=True)
class Acts:
    """What one institution, or all of a kind, did. `waits` holds the seconds from each sealing to the first word."""

    delivered: int = 0
    taken: int = 0
    downloads: int = 0
    waits: Sequence[int] = ()
    feedback: Mapping[str, str] = field(default_factory=dict)
    sent: int = 0
    conversions: Conversions = NOBODY

    @property
    def acknowledged(self) -> int:
        return len(self.waits)

    def mean_days(self) -> Decimal | None:
        return _days(Decimal(sum(self.waits)) / len(self.waits)) if self.waits else None

    def longest_days(self) -> Decimal | None:
        return _days(Decimal(max(self.waits))) if self.waits else None


@dataclass(frozen=True)
class Activity:
    """`institutions` by code: those that an edition of the half year was delivered to, or that reported of it."""

    editions: Sequence[Edition]
    institutions: Mapping[str, Acts]
    kinds: Mapping[str, Conversions]
    total: Conversions


def activity(quarters: Sequence[str], standing: Mapping[str, Edition], *, known_by: datetime, by: Terms) -> Activity:
    """What was done by then. `standing` are the editions that figures of the quarters are of."""
    sealed = Edition.objects.filter(quarter__in=quarters, sealed_at__lte=known_by).order_by("quarter", "version")
    editions = {one.pk: one for one in sealed}
    got = _delivered(editions, known_by)
    fetched, waits = _receipts(editions, known_by)
    reported = _reported(quarters, known_by)
    came = _conversions(standing, known_by, by)
    acts = {}
    for code in by.institutions:
        quarters_got = {editions[one].quarter for one in got[code]}
        sent = {quarter: reported[code, quarter] for quarter in quarters if (code, quarter) in reported}
        if got[code] or sent:
            acts[code] = Acts(
                delivered=len(got[code]), taken=len(fetched[code]), downloads=sum(fetched[code].values()),
                waits=sorted(waits[code]), sent=sum(count for _first, count in sent.values()),
                feedback={
                    quarter: _punctual(quarter, quarter in quarters_got, sent.get(quarter), known_by, by)
                    for quarter in quarters
                },
                conversions=came.get((ALL, code), NOBODY),
            )  # fmt: skip
    kinds = {kind: found for (kind, code), found in came.items() if kind and not code}
    return Activity(list(editions.values()), acts, kinds, came.get((ALL, ALL), NOBODY))


def due_day(quarter: str, by: Terms) -> date:
    """The last day on which the quarter's feedback is in time."""
    return last_day(quarter) + timedelta(days=by.due_days)


def _delivered(editions: Iterable[int], known_by: datetime) -> dict[str, set[int]]:
    """By institution the editions it was given, by whichever channel."""
    rows = Delivery.objects.filter(
        edition__in=editions, state=DeliveryState.DELIVERED, delivered_at__lte=known_by
    ).values_list("channel__institution__code", "edition")
    found: dict[str, set[int]] = defaultdict(set)
    for code, edition in rows:
        found[code].add(edition)
    return found


def _receipts(
    editions: Mapping[int, Edition], known_by: datetime
) -> tuple[dict[str, dict[int, int]], dict[str, list[int]]]:
    """By institution how often it fetched each edition, and the seconds until it first acknowledged one."""
    rows = Receipt.objects.filter(
        delivery__edition__in=editions, at__lte=known_by, kind__in=[*_FETCHED, ReceiptKind.ACKNOWLEDGEMENT]
    )
    counted = rows.order_by().values_list("institution__code", "delivery__edition", "kind")
    fetched: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    waits: dict[str, list[int]] = defaultdict(list)
    for code, edition, kind, times, first in counted.annotate(Count("pk"), Min("at")):
        if kind == ReceiptKind.ACKNOWLEDGEMENT:
            sealed = editions[edition].sealed_at
            assert sealed is not None  # noqa: S101 - what is delivered is sealed
            waits[code].append(max(0, int((first - sealed).total_seconds())))
        else:
            fetched[code][edition] += times
    return fetched, waits


def _reported(quarters: Sequence[str], known_by: datetime) -> dict[tuple[str, str], tuple[datetime, int]]:
    """When the first feedback that counted came, and how many did."""
    rows = Feedback.objects.filter(quarter__in=quarters, in_force_at__lte=known_by).order_by()
    counted = rows.values_list("institution__code", "quarter").annotate(Min("received_at"), Count("pk"))
    return {(code, quarter): (first, times) for code, quarter, first, times in counted}


def _punctual(quarter: str, asked: bool, sent: tuple[datetime, int] | None, known_by: datetime, by: Terms) -> str:
    due = due_day(quarter, by)
    if sent:
        return IN_TIME if localdate(sent[0]) <= due else LATE
    if not asked:
        return NOT_ASKED
    return AWAITED if localdate(known_by) <= due else NONE


_CONVERSIONS = """
    WITH kept AS (
        SELECT h.id, k.value AS kind
        FROM jsonb_each_text(%(kinds)s) k JOIN pushes_institution h ON h.code = k.key
    ), standing AS (SELECT key AS quarter, value::bigint AS edition FROM jsonb_each_text(%(standing)s)),
    said AS (
        SELECT l.enterprise_id, i.kind, i.id AS institution, bool_or(l.contacted) AS contacted,
               bool_or(l.credit_line > 0) AS granted, bool_or(l.lent > 0) AS lent
        FROM standing s
        JOIN financing_feedback f ON f.quarter = s.quarter
        JOIN financing_feedbackline l ON l.feedback_id = f.id
        JOIN kept i ON i.id = f.institution_id
        JOIN enterprises_editionmember m ON m.edition_id = s.edition AND m.enterprise_id = l.enterprise_id
        WHERE f.in_force_at <= %(known_by)s AND (f.replaced_at IS NULL OR f.replaced_at > %(known_by)s)
        GROUP BY GROUPING SETS ((l.enterprise_id), (l.enterprise_id, i.kind), (l.enterprise_id, i.id))
    )
    SELECT coalesce(kind, ''), coalesce((SELECT code FROM pushes_institution i WHERE i.id = institution), ''),
           count(*), count(*) FILTER (WHERE granted), count(*) FILTER (WHERE lent)
    FROM said WHERE contacted GROUP BY kind, institution
"""


def _conversions(standing: Mapping[str, Edition], known_by: datetime, by: Terms) -> dict[tuple[str, str], Conversions]:
    """By kind or by institution's code; by neither, of all."""
    asked: dict[str, Any] = {
        "kinds": json.dumps(dict(by.kinds)),
        "standing": json.dumps({quarter: edition.pk for quarter, edition in standing.items()}),
        "known_by": known_by,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CONVERSIONS, asked)
        return {(kind, code): Conversions(*counts) for kind, code, *counts in cursor.fetchall()}


def _days(seconds: Decimal) -> Decimal:
    return (seconds / 86_400).quantize(Decimal("0.1"), ROUND_HALF_UP)
