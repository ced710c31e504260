"""In which order doubtful matches are worked through. Law: reads only; list, page and keys follow the same order.

What was put back comes last; before that one's own before what nobody has, and the likeliest first.
"""

from datetime import UTC, datetime
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db.models import Case, DateTimeField, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from enterprises.models import ReviewItem, ReviewSample

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
ORDER = ("put_back", "turn", "doubt", "pk")

MINE, UNASSIGNED, OTHERS = "mine", "unassigned", "others"


class Scope(NamedTuple):
    """Which part of the queue somebody works through; of a sample, just what was drawn for it."""

    cause: str = ""
    programme: str = ""
    whose: str = ""
    state: str = ""
    sample: str = ""


def in_order(items: QuerySet[ReviewItem], user: User) -> QuerySet[ReviewItem]:
    """The items in the order in which `user` is to see them."""
    return items.annotate(
        put_back=Coalesce("unsure_at", Value(_NEVER), output_field=DateTimeField()),
        turn=Case(When(assigned_to=user.pk, then=0), When(assigned_to=None, then=1), default=2),
        doubt=-F("score"),
    ).order_by(*ORDER)


def of_whom(items: QuerySet[ReviewItem], whose: str, user: User) -> QuerySet[ReviewItem]:
    """Those of the items that are `user`'s, nobody's or others'; all of them where `whose` says none of these."""
    if whose == MINE:
        return items.filter(assigned_to=user)
    if whose == UNASSIGNED:
        return items.filter(assigned_to=None)
    if whose == OTHERS:
        return items.exclude(assigned_to=None).exclude(assigned_to=user)
    return items


def queue(user: User, scope: Scope) -> QuerySet[ReviewItem]:
    """The open items before `user`, in order: his own and nobody's, unless others' are asked for."""
    items = ReviewItem.objects.filter(closed_at=None)
    if scope.sample:
        sample = ReviewSample.objects.filter(pk=scope.sample).first() if scope.sample.isdecimal() else None
        return in_order(items.filter(pk__in=sample.items if sample else []), user)
    if scope.cause:
        items = items.filter(cause=scope.cause)
    if scope.programme.isdecimal():
        items = items.filter(programme=int(scope.programme))
    if scope.state == "unsure":
        items = items.exclude(unsure_at=None)
    if scope.whose:
        return in_order(of_whom(items, scope.whose, user), user)
    return in_order(items.filter(Q(assigned_to=user.pk) | Q(assigned_to=None)), user)


def following(item: ReviewItem, waiting: QuerySet[ReviewItem], user: User) -> ReviewItem | None:
    """What comes after the item in the queue; from its end, the first; None where nothing else waits."""
    others = waiting.exclude(pk=item.pk)
    return others.filter(_beyond(item, user, "gt")).first() or others.first()


def preceding(item: ReviewItem, waiting: QuerySet[ReviewItem], user: User) -> ReviewItem | None:
    """What comes before the item in the queue; from its beginning, the last."""
    others = waiting.exclude(pk=item.pk).reverse()
    return others.filter(_beyond(item, user, "lt")).first() or others.first()


def _beyond(item: ReviewItem, user: User, side: str) -> Q:
    """Whatever lies on that side of the item in the order, the item being where it was when it was read."""
    turn = 1 if item.assigned_to_id is None else 0 if item.assigned_to_id == user.pk else 2
    place = dict(zip(ORDER, (item.unsure_at or _NEVER, turn, -item.score, item.pk), strict=True))
    wanted, equal = Q(pk__in=[]), Q()
    for key, value in place.items():
        wanted |= equal & Q(**{f"{key}__{side}": value})
        equal &= Q(**{key: value})
    return wanted
