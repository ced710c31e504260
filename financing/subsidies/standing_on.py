"""Whether an enterprise was a technology enterprise on a day, by the pool as it is known now. Law: reads only.

A remark for people, never a judgement: the pool tells what was published, and a person decides.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from enterprises.models import Recognition, RecognitionState

# Ended by a notice, on a day of its own; what merely ran out has its last day as its end.
_ENDED = (RecognitionState.REVOKED, RecognitionState.DELISTED)
# What no list has granted (yet), or of which it is not known whom it means.
_UNSURE = (RecognitionState.PROVISIONAL, RecognitionState.DISPUTED)


class Held(NamedTuple):
    """A recognition that counted on the day."""

    programme: str
    number: str
    valid_from: date
    until: date | None
    in_grace: bool


def held_on(wanted: Iterable[tuple[int, date]]) -> Mapping[tuple[int, date], list[Held]]:
    """Enterprise and day → the counting recognitions that it held then."""
    asked = set(wanted)
    of_enterprise: dict[int, list[Recognition]] = defaultdict(list)
    # Another city's enterprise is in no pool, whatever it holds; of one that moved away a person looks when it did.
    rows = Recognition.objects.filter(enterprise__in={pk for pk, _day in asked}, enterprise__in_scope=True, counts=True)
    for one in rows.exclude(state__in=_UNSURE).select_related("programme").order_by("programme", "valid_from", "pk"):
        of_enterprise[one.enterprise_id].append(one)
    return {(pk, day): [_held(one, day) for one in of_enterprise[pk] if _holds(one, day)] for pk, day in asked}


def _holds(one: Recognition, day: date) -> bool:
    if day < one.valid_from or (one.state in _ENDED and one.ended_on is not None and one.ended_on <= day):
        return False
    last = _last(one)
    return last is None or day <= last


def _last(one: Recognition) -> date | None:
    """Its last day, grace and all."""
    return None if one.valid_to is None else max(one.valid_to, one.grace_to or one.valid_to)


def _held(one: Recognition, day: date) -> Held:
    in_grace = one.valid_to is not None and day > one.valid_to
    return Held(one.programme.name, one.number, one.valid_from, _last(one), in_grace)
