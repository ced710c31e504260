"""What a platform answers, read without trusting it (pure but for the words).

Law: what is not of the agreed form counts as nothing that was said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from enterprises.calendar import edition_labelled
from pushes.channels.https import printable
from pushes.channels.parcel import Batch, Confirmed

STATES = ("open", "checking", "accepted", "rejected")
FAULTS_SHOWN = 20


class Unclear(Exception):
    """An answer is not of the agreed form."""


@dataclass(frozen=True)
class Status:
    """How far a batch is. `next_page` is what the platform asks for; `why` tells people the reason of a rejection."""

    state: str
    next_page: int
    confirmed: Confirmed | None
    reason: str
    why: str


def status_in(document: Mapping[str, Any] | None, batch: Batch) -> Status:
    """The batch's status as the platform tells it. Raises `Unclear`."""
    if document is None or document.get("batch") != str(batch.id) or document.get("state") not in STATES:
        raise Unclear
    next_page = document.get("next_page", 1)
    if type(next_page) is not int or not 1 <= next_page <= batch.pages + 1:
        raise Unclear
    reason = document.get("reason")
    return Status(
        state=document["state"],
        next_page=next_page,
        confirmed=confirmed_in(document),
        reason=printable(reason) if isinstance(reason, str) else "",
        why=_why(document),
    )


def confirmed_in(document: Mapping[str, Any]) -> Confirmed | None:
    """The edition that the platform says it holds, if it does."""
    said = document.get("confirmed")
    if not isinstance(said, dict):
        return None
    edition, digest = said.get("edition"), said.get("digest")
    if not isinstance(edition, str) or not isinstance(digest, str) or not edition_labelled(edition):
        return None
    return Confirmed(edition, digest)


def _why(document: Mapping[str, Any]) -> str:
    """The reason, and the first of the rows that the platform finds faulty, a line each."""
    said, faults = document.get("detail"), document.get("errors")
    lines = [printable(said)] if isinstance(said, str) and said else []
    found = [one for one in faults if isinstance(one, dict)] if isinstance(faults, list) else []
    lines += [_fault(one) for one in found[:FAULTS_SHOWN]]
    if len(found) > FAULTS_SHOWN:
        lines.append(_("… and %(count)s more.") % {"count": len(found) - FAULTS_SHOWN})
    return "\n".join(lines)


def _fault(one: Mapping[str, Any]) -> str:
    """Which enterprise, which field, and what is wrong with it."""
    parts = [printable(one[key]) for key in ("id", "field", "detail") if isinstance(one.get(key), str) and one[key]]
    return " · ".join(parts)
