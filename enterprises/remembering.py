"""What all look-ups have in common, read once in a few seconds. Law: nothing of a single enterprise is remembered here.

`LOOKUP_SHARED_SECONDS` says for how long; 0: read each time.
"""

import re
import threading
import time
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from django.conf import settings
from django.utils.timezone import localdate

from enterprises.models import Edition, ExpectedList, Renewal
from enterprises.queries import sealed_editions
from registry.models import PeriodKind, Programme, ProgrammeKind
from registry.queries import rules_on


class Months(NamedTuple):
    """From one month to another of one year."""

    first: int
    last: int


@dataclass(frozen=True)
class Kind:
    """A programme, as the look-up speaks of it: `lists` are the months in which its lists usually come."""

    code: str
    name: str
    body: str
    position: int
    yearly: bool
    renewal: Renewal | None
    lists: Months | None
    is_recognition: bool


@dataclass(frozen=True)
class Common:
    """The catalogue and the standing sealed editions, the latest last."""

    kinds: dict[int, Kind]
    recognised: frozenset[str]  # codes of the programmes that recognise
    names: dict[str, str]
    patterns: tuple[re.Pattern[str], ...]
    editions: dict[int, Edition]
    latest: Edition | None


_held: tuple[float, Common] | None = None
_reading = threading.Lock()


def common() -> Common:
    """What is known now, or was some seconds ago. One thread reads it anew; the others go by what was meanwhile."""
    seconds, held = settings.LOOKUP_SHARED_SECONDS, _held
    if not seconds:
        return _renewed(0)[1]
    if held is None:
        with _reading:
            return (_held or _renewed(seconds))[1]
    if time.monotonic() >= held[0] and _reading.acquire(blocking=False):
        try:
            held = _renewed(seconds)
        finally:
            _reading.release()
    return held[1]


def _renewed(seconds: float) -> tuple[float, Common]:
    global _held
    _held = (time.monotonic() + seconds, _read())
    return _held


def _read() -> Common:
    yearly = {rule.programme_id for rule in rules_on(localdate()) if rule.period == PeriodKind.NUMBER_YEAR}
    renewals = {one.programme_id: one for one in Renewal.objects.all()}
    expected = ExpectedList.objects.order_by("programme").values_list("programme", "first_month", "last_month")
    lists = {
        programme: Months(min(first for _p, first, _l in months), max(last for _p, _f, last in months))
        for programme, months in ((key, list(rows)) for key, rows in groupby(expected, key=lambda row: row[0]))
    }
    programmes = list(Programme.objects.all())
    editions = {edition.pk: edition for edition in sealed_editions()}
    return Common(
        kinds={
            one.pk: Kind(
                one.code,
                one.name,
                one.body,
                one.position,
                one.pk in yearly,
                renewals.get(one.pk),
                lists.get(one.pk),
                one.kind == ProgrammeKind.RECOGNITION,
            )
            for one in programmes
        },
        recognised=frozenset(one.code for one in programmes if one.kind == ProgrammeKind.RECOGNITION),
        names={one.code: one.name for one in programmes},
        patterns=tuple(re.compile(one.number_pattern) for one in programmes if one.number_pattern),
        editions=editions,
        latest=next(reversed(editions.values()), None),
    )
