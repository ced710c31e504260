"""Step 7 of the path, put on record: a look-up's answer becomes a slip that anybody can check by its number.

Law: a slip says what the page said at that moment, word for word, and nothing more. It is no certificate.
"""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TypedDict

from django.conf import settings
from django.utils.timezone import localdate

from enterprises import canonical
from enterprises.advising import Advice, advice
from enterprises.looking_up import find
from enterprises.models import LookupSlip
from enterprises.remembering import common
from enterprises.wording import ANSWERS

_LETTERS = "23456789ABCDEFGHJKLMNPQRTUVWXY"  # none looks like another
_DRAWN = 10


class SaidLine(TypedDict):
    """A recognition as it was told."""

    programme: str
    number: str
    valid_from: str
    valid_to: str
    state: str
    source: str


class SaidOf(TypedDict):
    """What was told of one enterprise."""

    name: str
    public_id: str
    uscc: str
    verdict: str
    day: str
    edition: str
    differs: str
    reasons: list[str]
    lines: list[SaidLine]


class Said(TypedDict):
    """All that was told; `reasons` why nobody was found."""

    found: list[SaidOf]
    reasons: list[str]


def vouch(*, text: str, now: datetime) -> LookupSlip:
    """Look up, and keep what is said."""
    answer, known, today = find(text), common(), localdate(now)
    said: Said = {
        "found": [_of(advice(one, known, today)) for one in answer.found],
        "reasons": [str(ANSWERS[reason][0]) for reason in answer.reasons],
    }
    latest = known.latest
    return LookupSlip.objects.create(
        number=f"CX-{today:%Y%m%d}-{''.join(secrets.choice(_LETTERS) for _place in range(_DRAWN))}",
        at=now,
        asked=text,
        said=said,
        digest=digest_of(said),
        edition=latest.label if latest else "",
        edition_digest=latest.digest if latest else "",
    )


def digest_of(said: Said) -> str:
    """SHA-256 over what was said, in canonical form."""
    return sha256(canonical.text(said).encode()).hexdigest()


def forget_old(*, now: datetime) -> int:
    """Delete slips that are older than SLIPS_KEPT_DAYS; returns how many."""
    before = now - timedelta(days=settings.SLIPS_KEPT_DAYS)
    return LookupSlip.objects.filter(at__lt=before).delete()[0]


def _of(one: Advice) -> SaidOf:
    return {
        "name": one.found.name,
        "public_id": one.found.public_id,
        "uscc": one.found.uscc,
        "verdict": " ".join(filter(None, (one.verdict, one.until))),
        "day": one.day,
        "edition": one.edition,
        "differs": one.differs,
        "reasons": [str(reason.what) for reason in one.reasons],
        "lines": list(_lines(one)),
    }


def _lines(one: Advice) -> Iterator[SaidLine]:
    for line in one.lines:
        held, notice = line.held, line.held.source
        yield {
            "programme": held.programme.name,
            "number": held.number,
            "valid_from": held.valid_from.isoformat(),
            "valid_to": held.valid_to.isoformat() if held.valid_to else "",
            "state": str(line.state),
            "source": " ".join(filter(None, (notice.title, notice.document_number))),
        }
