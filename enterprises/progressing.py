"""How far the queue of doubtful matches is worked off, and by whom. Law: reads only."""

from collections import Counter
from datetime import datetime, time, timedelta
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.timezone import localtime

from enterprises.models import Judgement, ReviewItem


class Person(NamedTuple):
    """What one person did, and has before him."""

    name: str
    today: int
    week: int
    all: int
    undone: int
    assigned: int


class OfCause(NamedTuple):
    cause: str
    open: int
    unsure: int
    settled: int


class Progress(NamedTuple):
    """Today and week begin at midnight and on Monday in the bureau's time. `by_rule`: closed without a person."""

    open: int
    unsure: int
    unassigned: int
    today: int
    week: int
    undone: int
    by_rule: int
    people: list[Person]
    causes: list[OfCause]


def progress(*, now: datetime) -> Progress:
    day = localtime(now)
    midnight = datetime.combine(day.date(), time.min, tzinfo=day.tzinfo)
    monday = midnight - timedelta(days=day.weekday())
    people = _people(midnight, monday)
    causes = [
        OfCause(row["cause"], row["open"], row["unsure"], row["settled"])
        for row in ReviewItem.objects.order_by()
        .values("cause")
        .annotate(
            open=Count("pk", filter=Q(closed_at=None)),
            unsure=Count("pk", filter=Q(closed_at=None, unsure_at__isnull=False)),
            settled=Count("pk", filter=Q(closed_at__isnull=False)),
        )
        .order_by("-open", "cause")
    ]
    waiting = sum(one.open for one in causes)
    told = Judgement.objects.filter(entry=OuterRef("entry"), withdrawn_at=None)
    decided = ReviewItem.objects.filter(Exists(told), closed_at__isnull=False)
    return Progress(
        open=waiting,
        unsure=sum(one.unsure for one in causes),
        unassigned=ReviewItem.objects.filter(closed_at=None, assigned_to=None).count(),
        today=sum(one.today for one in people),
        week=sum(one.week for one in people),
        undone=sum(one.undone for one in people),
        by_rule=sum(one.settled for one in causes) - decided.count(),
        people=people,
        causes=causes,
    )


def _people(midnight: datetime, monday: datetime) -> list[Person]:
    stands = Q(withdrawn_at=None)
    rows = (
        Judgement.objects.order_by()
        .values("judged_by")
        .annotate(  # a word on several candidates is one
            today=Count("entry", filter=stands & Q(judged_at__gte=midnight), distinct=True),
            week=Count("entry", filter=stands & Q(judged_at__gte=monday), distinct=True),
            all=Count("entry", filter=stands, distinct=True),
            undone=Count("entry", filter=~stands, distinct=True),
        )
    )
    done = {row["judged_by"]: row for row in rows}
    held = Counter(
        dict(
            ReviewItem.objects.filter(closed_at=None, assigned_to__isnull=False)
            .order_by()
            .values_list("assigned_to")
            .annotate(Count("pk"))
        )
    )
    users = User.objects.in_bulk({*done, *held})
    people = []
    for pk, user in users.items():
        of = done.get(pk, {"today": 0, "week": 0, "all": 0, "undone": 0})
        name = user.get_full_name() or user.get_username()
        people.append(Person(name, of["today"], of["week"], of["all"], of["undone"], held[pk]))
    return sorted(people, key=lambda one: (-one.week, -one.all, one.name))
