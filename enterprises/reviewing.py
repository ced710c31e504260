"""A person settles a doubtful match. Law: a person's decision outlives every machine's."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.timezone import localdate

from enterprises import errors, likenames, locks
from enterprises.models import PERHAPS_THE_SAME, Enterprise, MatchDecision, ReviewItem
from enterprises.numbering import next_number
from enterprises.pooling import refresh_identities
from enterprises.public_ids import public_id
from enterprises.resolving import join


def settle(*, item: ReviewItem, enterprise: Enterprise | None, now: datetime, by: User) -> MatchDecision:
    """Tie the item's entry to `enterprise`, a candidate or any other, or to a new one where that is None.

    Where the entry founded an enterprise already, that one and `enterprise` become one; None says that it is no other.
    Raises `AlreadySettled`, `CodeTaken` where the entry's code is another enterprise's, `TwoCodes`.
    """
    with transaction.atomic():
        locks.hold(locks.IDENTITIES)
        locked = ReviewItem.objects.select_for_update().select_related("entry").get(pk=item.pk)
        if locked.closed_at is not None:
            raise errors.AlreadySettled
        if locked.cause == PERHAPS_THE_SAME:
            return _settle_suggestion(locked, enterprise, now, by)
        _refuse_second_owner(locked, enterprise)
        chosen = enterprise or _found(locked, now)
        decision = _decide(locked, chosen, now, by)
        likenames.remember([(locked.entry.name_key, chosen.pk)])
        refresh_identities(as_of=localdate(now), now=now, only=[chosen.pk])
    return decision


def _settle_suggestion(item: ReviewItem, enterprise: Enterprise | None, now: datetime, by: User) -> MatchDecision:
    """A person's word on whether two enterprises are one; no rule says otherwise afterwards."""
    founded = MatchDecision.objects.select_related("enterprise").get(entry=item.entry, superseded_at=None)
    own = founded.enterprise
    kept = own
    if enterprise and enterprise.pk != own.pk:
        if own.uscc and enterprise.uscc:
            raise errors.TwoCodes(own.uscc, enterprise.uscc)
        kept, gone = (own, enterprise) if own.uscc else (enterprise, own)
        join(kept=kept.pk, gone=gone.pk, because=None, now=now)
    MatchDecision.objects.filter(entry=item.entry, superseded_at=None).update(superseded_at=now)
    decision = _decide(item, kept, now, by)
    touched = [own.pk, *([enterprise.pk] if enterprise else [])]
    refresh_identities(as_of=localdate(now), now=now, only=touched)
    return decision


def _decide(item: ReviewItem, enterprise: Enterprise, now: datetime, by: User) -> MatchDecision:
    """Write the person's decision down, and close the item."""
    item.closed_at = now
    item.save(update_fields=["closed_at"])
    return MatchDecision.objects.create(
        entry=item.entry,
        enterprise=enterprise,
        rule="person",
        reasons={"cause": item.cause, "name": item.entry.name_key, "code": item.entry.uscc},
        decided_at=now,
        decided_by=by,
    )


def reopen(*, item: ReviewItem, now: datetime, by: User) -> ReviewItem:
    """Take back what a person decided: the entry is in doubt again, and the decision stays as history.

    Raises `NotSettledByPerson` where it is open, or a rule settled it.
    """
    with transaction.atomic():
        locks.hold(locks.IDENTITIES)
        locked = ReviewItem.objects.select_for_update().get(pk=item.pk)
        decision = MatchDecision.objects.filter(entry=locked.entry_id, superseded_at=None, rule="person").first()
        if locked.closed_at is None or decision is None or locked.cause == PERHAPS_THE_SAME:
            raise errors.NotSettledByPerson
        MatchDecision.objects.filter(pk=decision.pk).update(superseded_at=now)
        locked.closed_at, locked.reopened_by = None, by
        locked.save(update_fields=["closed_at", "reopened_by"])
        refresh_identities(as_of=localdate(now), now=now, only=[decision.enterprise_id])
    return locked


def _refuse_second_owner(item: ReviewItem, enterprise: Enterprise | None) -> None:
    """One code, one enterprise: the database holds it, and here it is said in words."""
    code = item.entry.uscc
    owner = Enterprise.objects.filter(uscc=code).first() if code else None
    if owner and (enterprise is None or owner.pk != enterprise.pk):
        raise errors.CodeTaken(code, owner.name)


def _found(item: ReviewItem, now: datetime) -> Enterprise:
    number = next_number()
    entry = item.entry
    return Enterprise.objects.create(
        id=number,
        public_id=public_id(number),
        name=entry.name,
        name_key=entry.name_key,
        district=entry.district,
        created_at=now,
    )
