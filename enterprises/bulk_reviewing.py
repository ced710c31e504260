"""Many doubtful matches of one cause are accepted at once, after a sample of them was judged one by one.

Law: a sample is drawn by the machine and remembered; each item is settled by itself, and one failure harms no other.
"""

from datetime import datetime, timedelta
from random import SystemRandom
from time import monotonic
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localdate

from enterprises import errors, locks, reviewing
from enterprises.models import Judgement, MatchDecision, ReviewItem, ReviewSample, Verdict

AT_ONCE = 300  # items that one request accepts

# How an item of a sample stands.
SAME, DIFFERENT, UNSURE, WAITING, TAKEN = "same", "different", "unsure", "waiting", "taken"


def acceptable(cause: str) -> QuerySet[ReviewItem]:
    """The open items of the cause with exactly one candidate, on which no person has had a doubt."""
    items = ReviewItem.objects.filter(cause=cause, closed_at=None, unsure_at=None, reopened_by=None)
    gone = Count("candidates", filter=Q(candidates__merged_into__isnull=False))
    return items.annotate(several=Count("candidates"), gone=gone).filter(several=1, gone=0).order_by("pk")


class Standing(NamedTuple):
    """How each drawn item stands, and how many may be accepted now.

    `passed`: whoever drew it judged every one to be the same. `failed`: one was judged not to be. `spoilt`: a rule or a
    colleague settled one meanwhile, so that it says nothing any more.
    """

    verdicts: list[tuple[ReviewItem, str]]
    remaining: int

    @property
    def failed(self) -> bool:
        return any(verdict == DIFFERENT for _item, verdict in self.verdicts)

    @property
    def spoilt(self) -> bool:
        return any(verdict == TAKEN for _item, verdict in self.verdicts)

    @property
    def passed(self) -> bool:
        return bool(self.verdicts) and all(verdict == SAME for _item, verdict in self.verdicts)

    @property
    def judged(self) -> int:
        return sum(verdict in (SAME, DIFFERENT) for _item, verdict in self.verdicts)


def draw(*, cause: str, size: int, now: datetime, by: User) -> ReviewSample:
    """A sample of at most `size` items for `by`; the one he has, as long as it can still be judged or used.

    Raises `NothingToSample`, `SampleFailed`.
    """
    with transaction.atomic():
        locks.hold(locks.IDENTITIES)
        for earlier in ReviewSample.objects.filter(cause=cause, drawn_at__date=localdate(now)):
            if standing(earlier).failed:
                raise errors.SampleFailed
        current = latest(cause, by)
        if current is not None:
            return current
        population = list(acceptable(cause).values_list("pk", flat=True))
        if not population:
            raise errors.NothingToSample
        items = SystemRandom().sample(population, min(size, len(population)))
        return ReviewSample.objects.create(cause=cause, population=population, items=items, drawn_at=now, drawn_by=by)


def latest(cause: str, by: User) -> ReviewSample | None:
    """The sample of the cause that `by` is at: not failed, not spoilt, and not used up."""
    sample = ReviewSample.objects.filter(cause=cause, drawn_by=by).first()
    if sample is None:
        return None
    stands = standing(sample)
    over = stands.failed or stands.spoilt or (stands.passed and not stands.remaining)
    return None if over else sample


def standing(sample: ReviewSample) -> Standing:
    """How the sample stands, as the decisions are now: what is taken back counts no more."""
    drawn = ReviewItem.objects.select_related("entry").prefetch_related("candidates").in_bulk(sample.items)
    said = Judgement.objects.filter(entry__review__in=sample.items, withdrawn_at=None)
    told = {word.entry_id: word for word in said.order_by("pk")}
    verdicts = [
        (drawn[pk], _verdict(drawn[pk], told.get(drawn[pk].entry_id), sample)) for pk in sample.items if pk in drawn
    ]
    return Standing(verdicts, len(_remaining(sample)))


def _verdict(item: ReviewItem, word: Judgement | None, sample: ReviewSample) -> str:
    if item.closed_at is None:
        return UNSURE if item.unsure_at else WAITING
    if word is None or word.judged_by_id != sample.drawn_by_id:
        return TAKEN
    if word.verdict != Verdict.SAME or word.other_id is None:
        return DIFFERENT
    # Of two that became one, either may be the one that stays.
    same = {pk for one in item.candidates.all() for pk in (one.pk, one.merged_into_id)}
    of = MatchDecision.objects.filter(entry=word.other_id, superseded_at=None).values_list("enterprise", flat=True)
    return SAME if same & set(of) else DIFFERENT


def _remaining(sample: ReviewSample) -> list[int]:
    there = set(acceptable(sample.cause).filter(pk__in=sample.population).values_list("pk", flat=True))
    return [pk for pk in sample.population if pk in there and str(pk) not in sample.failures]


def accept(*, sample: ReviewSample, now: datetime, by: User) -> ReviewSample:
    """Settle what the sample speaks for as the same as its candidate, `AT_ONCE` items at most, each by itself.

    What cannot be settled stays open, and the sample says why. Raises `SampleNotPassed`.
    """
    if sample.drawn_by_id != by.pk or not standing(sample).passed:
        raise errors.SampleNotPassed
    done, failures, begun = 0, {}, monotonic()
    for pk in _remaining(sample)[:AT_ONCE]:
        # Asked anew for each: what was settled before it may have changed it.
        item = acceptable(sample.cause).filter(pk=pk).first()
        if item is None:
            continue
        try:
            # Each is said at its own moment: an edition may be sealed between two of them.
            moment = now + timedelta(seconds=monotonic() - begun)
            reviewing.settle(item=item, enterprise=item.candidates.get(), now=moment, by=by)
        except errors.AlreadySettled:
            continue
        except errors.EnterprisesError as error:
            failures[str(pk)] = str(error)
        except DatabaseError:
            failures[str(pk)] = str(errors.CouldNotSettle())
        else:
            done += 1
    with transaction.atomic():
        locked = ReviewSample.objects.select_for_update().get(pk=sample.pk)
        locked.accepted += done
        locked.failures |= failures
        locked.accepted_at, locked.accepted_by = now, by
        locked.save()
    return locked
