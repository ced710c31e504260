"""Step 6 of the path, taken back: platforms are told by their own way that an edition was withdrawn.

Law: like the letters, this needs no contract: going on using what was withdrawn is the graver fault. A notice is a row,
held by one worker while it is sent; one that failed is tried again, later each time, and never given up. Nothing goes
out by a paused channel.
"""

import logging
import random
import time
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from enterprises.models import EditionState
from pushes import errors, retrying, targets
from pushes.channels.parcel import OUR_FAULT, Answer
from pushes.models import Attempt, ChannelKind, Delivery, DeliveryState, Outcome, WithdrawalNotice
from pushes.sending import Tried, failure

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]


def call_back(*, clock: Clock) -> int:
    """Write the notices that are owed by now, and send those that are due; returns how many were told."""
    plan(now=clock())
    waiting = _due(clock()).order_by("due_at", "pk").values_list("pk", flat=True)
    return sum(_send_one(pk, clock) for pk in list(waiting))


def plan(*, now: datetime) -> None:
    """A notice for each platform that may hold an edition which is withdrawn: a try whose end nobody saw counts."""
    tried = Exists(Attempt.objects.filter(delivery=OuterRef("pk")))
    may_hold = Q(state=DeliveryState.DELIVERED) | Q(leased_until__isnull=False) | tried
    owed = Delivery.objects.filter(
        may_hold, channel__kind=ChannelKind.PLATFORM, edition__state=EditionState.WITHDRAWN, withdrawal_notice=None
    )
    notices = [WithdrawalNotice(delivery=one, made_at=now, due_at=now) for one in owed]
    WithdrawalNotice.objects.bulk_create(notices, ignore_conflicts=True)


def _due(now: datetime) -> QuerySet[WithdrawalNotice]:
    """One whose delivery is still held by a sender waits for its end."""
    free = Q(delivery__leased_until=None) | Q(delivery__leased_until__lte=now)
    return WithdrawalNotice.objects.filter(free, told_at=None, due_at__lte=now, delivery__channel__paused=False)


def _send_one(pk: int, clock: Clock) -> bool:
    with transaction.atomic():
        locked = _due(clock()).select_for_update(skip_locked=True, of=("self",))
        notice = locked.select_related("delivery__edition", "delivery__channel__institution").filter(pk=pk).first()
        if notice is None:  # another worker has it, or had it
            return False
        _told(notice, clock).onto(notice)
        notice.tries += 1
        if notice.outcome == Outcome.DELIVERED:
            notice.told_at = clock()
        else:
            notice.due_at = clock() + retrying.wait(notice.tries, random.random())  # noqa: S311 - guards nothing
        notice.save()
    return notice.told_at is not None


def _told(notice: WithdrawalNotice, clock: Clock) -> Tried:
    delivery, began = notice.delivery, time.monotonic()
    try:
        answer = targets.withdrawal(delivery.channel, delivery.pk, delivery.edition.label, now=clock())
    except errors.PushesError as error:
        answer = Answer("passing", str(error), code=OUR_FAULT)
    except Exception as error:
        logger.exception("notice of %s", delivery.pk)
        answer = failure(error)
    return Tried(answer, took_ms=int((time.monotonic() - began) * 1000))
