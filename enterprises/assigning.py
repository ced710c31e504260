"""Who works on which doubtful match, what is put back, what is taken back.

Law: nothing here ties or parts enterprises; that is `reviewing`'s alone.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from enterprises import errors, reviewing
from enterprises.models import Judgement, ReviewItem
from enterprises.queueing import UNASSIGNED, Scope, queue

SETTLE = "enterprises.settle_reviewitem"


def take_next(*, count: int, scope: Scope, now: datetime, by: User) -> list[int]:
    """Give `by` the next open items of the scope that nobody has; two people at once get different ones."""
    with transaction.atomic():
        waiting = queue(by, scope._replace(whose=UNASSIGNED, sample=""))
        taken = [item.pk for item in waiting.select_for_update(skip_locked=True, of=("self",))[:count]]
        ReviewItem.objects.filter(pk__in=taken).update(assigned_to=by)
    return taken


def assign(*, items: Collection[int], to: User, now: datetime, by: User) -> int:
    """Give the open ones of these items to a colleague, whoever had them. Returns how many. Raises `MayNotSettle`."""
    if not (to.is_active and to.is_staff and to.has_perm(SETTLE)):
        raise errors.MayNotSettle(to.get_username())
    with transaction.atomic():
        return ReviewItem.objects.filter(pk__in=items, closed_at=None).update(assigned_to=to)


def give_back(*, items: Collection[int], now: datetime, by: User) -> int:
    """Let the open ones of these items be anybody's again. Returns how many were somebody's."""
    with transaction.atomic():
        held = ReviewItem.objects.filter(pk__in=items, closed_at=None).exclude(assigned_to=None)
        return held.update(assigned_to=None)


def put_back(*, item: ReviewItem, now: datetime, by: User) -> ReviewItem:
    """`by` is not sure: the item goes to the end of the queue, and is anybody's where it was his.

    Raises `AlreadySettled`.
    """
    with transaction.atomic():
        locked = ReviewItem.objects.select_for_update().get(pk=item.pk)
        if locked.closed_at is not None:
            raise errors.AlreadySettled
        locked.unsure_at, locked.unsure_by = now, by
        if locked.assigned_to_id == by.pk:
            locked.assigned_to = None
        locked.save(update_fields=["unsure_at", "unsure_by", "assigned_to"])
    return locked


def last_settled(by: User, *, since: datetime) -> ReviewItem | None:
    """What `by` settled last, where the decision still stands and was made since then."""
    said = Judgement.objects.filter(
        judged_by=by, withdrawn_at=None, judged_at__gte=since, entry__review__closed_at__isnull=False
    )
    last = said.select_related("entry__review").order_by("-judged_at", "-pk").first()
    return last.entry.review if last else None


def take_back_last(*, within: timedelta, now: datetime, by: User) -> ReviewItem:
    """Take back the last decision of `by` that is not older than `within`; the item is open again.

    Raises `NothingToTakeBack`, and whatever `reviewing.reopen` does.
    """
    with transaction.atomic():
        item = last_settled(by, since=now - within)
        if item is None:
            raise errors.NothingToTakeBack
        return reviewing.reopen(item=item, now=now, by=by)
