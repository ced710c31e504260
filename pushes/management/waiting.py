"""Waits for what a Celery worker does, by looking at the database.

Law: it ends, with success or with a reason.
"""

import time
from collections.abc import Callable
from datetime import datetime

from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises import editions
from enterprises.models import Edition
from enterprises.queries import sealed_editions
from pushes import errors, queries

_PAUSE_SECONDS = 0.5


def minutes(text: str) -> int:
    """An option's number of minutes, at least one."""
    if not (text.isascii() and text.isdigit() and int(text) >= 1):
        raise CommandError(_("“%(text)s” is no number of minutes. Give a whole number of at least 1.") % {"text": text})
    return int(text)


def until_delivered(
    *, minutes: int, say: Callable[[str], None], quarter: str | None = None, since: datetime | None = None
) -> Edition | None:
    """Wait until the quarter's edition (or every one) is sealed and delivered where it is owed; returns it.

    Raises `TookTooLong`, `GuardsRed` or `SealsByPerson` where a draft that was cut after `since` waits for a person,
    and `NotYetDelivered` where a delivery has failed for good.
    """
    ends = time.monotonic() + 60 * minutes
    said = ""
    while True:
        edition = sealed_editions().filter(quarter=quarter).last() if quarter else None
        if quarter and since and not edition:
            _refuse_to_wait_for_a_person(quarter, since)
        left = {"waiting": 1, "failed": 0}
        now = _("waiting for a worker to seal the edition …")
        if edition or quarter is None:
            left = queries.outstanding(timezone.localdate(), edition)
            now = _("deliveries still waiting: %(waiting)s") % left
        if now != said:
            say(now)
            said = now
        if not left["waiting"] and not left["failed"]:
            return edition
        if left["failed"] and not left["waiting"]:
            raise errors.NotYetDelivered(**left)
        if time.monotonic() > ends:
            raise errors.TookTooLong(minutes)
        time.sleep(_PAUSE_SECONDS)


def _refuse_to_wait_for_a_person(quarter: str, since: datetime) -> None:
    """A draft of before is being cut anew; one of now says how it ended."""
    draft = editions.standing_draft(quarter)
    if draft and draft.cut_at >= since and editions.is_current(draft):
        editions.refuse_by_itself(draft)
