"""Which enterprises a figure counts. Law: never whose customers they are.

They are named of programmes and districts alone, where institutions are mixed, and as of moments between which several
institutions reported: two lists never differ by what one of them said.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from enterprises.models import Edition, EditionMember
from financing.behind import lenders
from financing.counted import Counted, in_force
from financing.errors import TooFewInstitutions
from financing.figures import NOWHERE, Key, QuarterFigures
from financing.models import Feedback, FeedbackLine
from financing.terms import Terms
from financing.withholding import INSTITUTIONS, mixed, moments


@dataclass(frozen=True)
class Named:
    """The members that were lent to, as known at a moment that is not later than the one asked for; `left` others are
    in districts of which none would be named.
    """

    edition: Edition
    known_by: datetime
    count: int
    left: int
    members: QuerySet[EditionMember]


def last_moment(quarter: str, *, known_by: datetime, least: int) -> datetime | None:
    """The last moment up to this one at which so many institutions had reported since the one before."""
    came_in = Feedback.objects.filter(quarter=quarter, in_force_at__lte=known_by).order_by("in_force_at", "pk")
    return next(reversed(moments(came_in.values_list("in_force_at", "institution"), least)), None)


def named(quarter: str, key: Key, *, known_by: datetime, by: Terms) -> Named:
    """The enterprises behind the figure. Raises `TooFewInstitutions`, `NoFiguresYet`."""
    moment = last_moment(quarter, known_by=known_by, least=INSTITUTIONS)
    if moment is None or key.kind or key.institution:
        raise TooFewInstitutions
    now = Counted([quarter], known_by=moment, by=by).of(quarter)
    if not mixed(lenders(now, key.group, key.district)):
        raise TooFewInstitutions
    said = in_force([quarter], known_by=moment).filter(institution__code__in=list(by.kinds))  # whom figures count
    lent_to = FeedbackLine.objects.filter(Q(lent__gt=0) | Q(balance__gt=0), feedback__in=said)
    members = EditionMember.objects.filter(edition=now.edition, enterprise__in=lent_to.values("enterprise"))
    if key.group:
        members = members.filter(programmes__overlap=list(by.groups[key.group]))
    if key.district:
        members = members.filter(district="" if key.district == NOWHERE else key.district)
    hidden = [] if key.district else _of_few(now, key.group)
    left = sum(now.cell(group=key.group, district=district).lent_to for district in hidden)
    members = members.exclude(district__in=["" if one == NOWHERE else one for one in hidden])
    count = now.cell(group=key.group, district=key.district).lent_to - left
    return Named(now.edition, moment, count, left, members.order_by("public_id"))


def _of_few(now: QuarterFigures, group: str) -> list[str]:
    """The districts that are not mixed: whoever saw the figure of one grow would know by whose report it did."""
    districts = [key.district for key in now.members if key.group == group and key.district]
    return [one for one in districts if not mixed(lenders(now, group, one))]
