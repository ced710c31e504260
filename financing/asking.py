"""What institutions are asked to report on, and who owes it (reads only).

Law: it is the newest quarterly edition that stands and was delivered to the institution; feedback of an earlier quarter
is taken, and nobody is asked for it any more.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Exists, OuterRef

from enterprises.calendar import last_day
from enterprises.models import Edition, EditionKind, EditionState
from financing.access import OwnFeedback
from financing.models import Feedback, FeedbackState
from pushes.access import Access
from pushes.models import Delivery, DeliveryState, Institution
from pushes.queries import under_contract


class Asked(NamedTuple):
    """What is asked of an institution: feedback on which edition, until which day, and how it stands."""

    edition: Edition
    until: date
    in_force: Feedback | None
    faulty: Feedback | None  # the newest that waits for a decision, where nothing is in force
    is_late: bool


class Owing(NamedTuple):
    """An institution that has not reported, and on which edition."""

    institution: Institution
    edition: Edition


def editions(access: Access) -> list[Edition]:
    """Those on which the institution may report: what was delivered to it and stands, the newest first."""
    return [one.edition for one in access.deliveries().filter(edition__state=EditionState.SEALED)]


def until(quarter: str) -> date:
    """The last day on which a quarter's feedback is no late one."""
    return last_day(quarter) + timedelta(days=settings.FEEDBACK_DUE_DAYS)


def asked_for(access: Access, today: date) -> Asked | None:
    """None where no quarterly edition was delivered yet."""
    edition = next((one for one in editions(access) if one.kind == EditionKind.QUARTER), None)
    if edition is None:
        return None
    of_quarter = OwnFeedback.of(access).all().filter(quarter=edition.quarter)
    in_force = of_quarter.filter(state=FeedbackState.IN_FORCE).first()
    faulty = None if in_force else of_quarter.filter(state=FeedbackState.FAULTY).first()
    due = until(edition.quarter)
    return Asked(edition, due, in_force, faulty, is_late=in_force is None and today > due)


def owed(today: date) -> Iterator[Owing]:
    """Who should have reported by that day, and has nothing in force."""
    in_force = Feedback.objects.filter(
        institution=OuterRef("channel__institution"), quarter=OuterRef("edition__quarter"), state=FeedbackState.IN_FORCE
    )
    newest = (
        Delivery.objects.filter(
            under_contract(today, "channel__institution__"),
            state=DeliveryState.DELIVERED,
            edition__state=EditionState.SEALED,
            edition__kind=EditionKind.QUARTER,
        )
        .annotate(has_reported=Exists(in_force))
        .select_related("channel__institution", "edition")
        .order_by("channel__institution_id", "-edition__quarter", "-edition__version")
        .distinct("channel__institution_id")
    )
    for delivery in newest:
        if not delivery.has_reported and today > until(delivery.edition.quarter):
            yield Owing(delivery.channel.institution, delivery.edition)
