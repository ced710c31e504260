"""Reads the whole log again and compares it with its seals. Law: reads only; a fault names the numbers it is at."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from config.auditing.canonical import BEGINNING, Chain, line
from config.auditing.models import Deletion, Event, Seal
from config.auditing.reading import rows


@dataclass
class Verdict:
    """How much was read, and what does not fit."""

    seals: int = 0
    events: int = 0
    deleted: int = 0  # seals whose events the rule of retention took
    unsealed: int = 0
    last: int = 0
    digest: str = BEGINNING
    faults: list[str] = field(default_factory=list)


def verify() -> Verdict:
    """Each seal over its events, from the first; then whether anything stands where nothing may."""
    verdict = Verdict()
    gone = Deletion.objects.first()
    gone_up_to = gone.last if gone else 0
    for one in Seal.objects.order_by("last").iterator():
        verdict.faults.extend(_of_seal(one, verdict, gone_up_to))
        verdict.seals += 1
        verdict.last, verdict.digest = one.last, one.digest
    verdict.unsealed = Event.objects.filter(number__gt=verdict.last).count()
    return verdict


def _of_seal(one: Seal, verdict: Verdict, gone_up_to: int) -> Iterator[str]:
    words = {"first": one.first, "last": one.last}
    if one.last <= gone_up_to:
        verdict.deleted += 1
        if Event.objects.filter(number__gt=verdict.last, number__lte=one.last).exists():
            yield _("Events %(first)s to %(last)s are said to be deleted, and are there.") % words
        return
    chain = Chain(verdict.digest)
    for row in rows(Event.objects.filter(number__lte=one.last), after=verdict.last):
        chain.add(line(row))
    verdict.events += chain.events
    if chain.events != one.events:
        counted = {**words, "sealed": one.events, "found": chain.events}
        yield _("Events %(first)s to %(last)s: %(sealed)s were sealed, %(found)s are there.") % counted
    elif chain.digest != one.digest:
        yield _("Events %(first)s to %(last)s are not what was sealed.") % words
