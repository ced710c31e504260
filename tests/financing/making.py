"""Makes feedback that is in force, as the worker would leave it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from enterprises.models import Edition
from financing.models import Feedback, FeedbackLine, FeedbackState, Way
from pushes.models import Channel, Delivery, DeliveryState, Institution, Package, Profile
from tests.pushes.making import SEALED_AT

_AMOUNTS = ("credit_line", "lent", "balance", "rate")


def delivered(bank: Institution, edition: Edition) -> Delivery:
    """The edition's delivery to the institution, by its room."""
    channel, _made = Channel.objects.get_or_create(institution=bank, kind="portal")
    profile = Profile.objects.filter(institution=bank).latest()
    nothing = dict.fromkeys(("size", "members", "added", "removed", "changed"), 0)
    package, _made = Package.objects.get_or_create(
        edition=edition, profile_digest="-", defaults={"built_at": SEALED_AT, **nothing}
    )
    found, _made = Delivery.objects.get_or_create(
        edition=edition, channel=channel,
        defaults={
            "id": uuid4(),
            "profile": profile, "package": package,
            "state": DeliveryState.DELIVERED, "due_at": SEALED_AT, "since": SEALED_AT,
            "delivered_at": SEALED_AT,
        },
    )  # fmt: skip
    return found


def feedback(
    bank: Institution,
    edition: Edition,
    lines: Mapping[int, Mapping[str, Any]],
    *,
    quarter: str = "",
    at: datetime = SEALED_AT + timedelta(days=1),
    replaced_at: datetime | None = None,
) -> Feedback:
    """In force since `at`: a line for each member's number, its amounts as texts."""
    made = Feedback.objects.create(
        institution=bank, quarter=quarter or edition.quarter, delivery=delivered(bank, edition), way=Way.ROOM,
        state=FeedbackState.READING, leased_until=at, received_at=at, lines=len(lines),
    )  # fmt: skip
    of_members = {row.name: row.enterprise_id for row in edition.rows.all()}
    FeedbackLine.objects.bulk_create(
        FeedbackLine(
            feedback=made, row_number=place, enterprise_id=of_members[f"郑州示范{number}号科技有限公司"],
            **{name: Decimal(said) if name in _AMOUNTS else said for name, said in facts.items()},
        )
        for place, (number, facts) in enumerate(lines.items(), start=2)
    )  # fmt: skip
    made.state, made.in_force_at, made.leased_until, made.read_at = FeedbackState.IN_FORCE, at, None, at
    made.save()
    if replaced_at:
        made.state, made.replaced_at = FeedbackState.REPLACED, replaced_at
        made.save()
    return made
