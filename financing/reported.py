"""Who has reported on which quarter, and who is late. Law: reads only, and no line of what was said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models import Edition, EditionKind, EditionState
from financing.asking import until
from financing.models import Feedback, FeedbackState
from pushes.models import Delivery, DeliveryState, Institution, InstitutionState

QUARTERS = 8


class Standing(models.TextChoices):
    """How an institution stands with a quarter."""

    IN_FORCE = "in_force", _("in force")
    WAITING = "waiting", _("being read")
    FAULTY = "faulty", _("has faults, nothing counts yet")
    LATE = "late", pgettext_lazy("feedback", "late")
    DUE = "due", pgettext_lazy("feedback", "not yet")
    NOT_ASKED = "not_asked", _("was given no edition")


@dataclass(frozen=True)
class Place:
    """An institution and a quarter; `days_late` is how many days after its due day what counts first came in."""

    standing: Standing
    lines: int = 0
    in_force_on: date | None = None
    days_late: int = 0
    also_faulty: bool = False  # what was sent since has faults

    @property
    def is_owed(self) -> bool:
        return self.standing in (Standing.LATE, Standing.FAULTY)


@dataclass(frozen=True)
class Overview:
    quarters: Sequence[str]
    rows: Sequence[tuple[Institution, Sequence[tuple[str, Place]]]]


def overview(today: date) -> Overview:
    """Institutions, and the last quarters that had an edition, the newest first."""
    sealed = Edition.objects.filter(kind=EditionKind.QUARTER, state=EditionState.SEALED).order_by("-quarter")
    quarters = list(dict.fromkeys(sealed.values_list("quarter", flat=True)))[:QUARTERS]
    places = standings(quarters, today)
    asked = [
        one
        for one in Institution.objects.order_by("code")
        if one.state == InstitutionState.ACTIVE or any(places[one.pk, quarter].lines for quarter in quarters)
    ]
    return Overview(quarters, [(one, [(quarter, places[one.pk, quarter]) for quarter in quarters]) for one in asked])


def standings(quarters: Iterable[str], today: date) -> Mapping[tuple[int, str], Place]:
    """By institution and quarter, how each stands."""
    wanted = list(quarters)
    given = set(
        Delivery.objects.filter(
            state=DeliveryState.DELIVERED, edition__state=EditionState.SEALED, edition__quarter__in=wanted
        ).values_list("channel__institution", "edition__quarter")
    )
    said: dict[tuple[int, str], list[Feedback]] = {}
    for one in Feedback.objects.filter(quarter__in=wanted).order_by("received_at").defer("sums"):
        said.setdefault((one.institution_id, one.quarter), []).append(one)
    return {
        (pk, quarter): _place(said.get((pk, quarter), []), quarter, (pk, quarter) in given, today)
        for pk in Institution.objects.values_list("pk", flat=True)
        for quarter in wanted
    }


def _place(said: Sequence[Feedback], quarter: str, given: bool, today: date) -> Place:
    due = until(quarter)
    counts = next((one for one in said if one.state == FeedbackState.IN_FORCE), None)
    states = {one.state for one in said}
    if counts and counts.in_force_at:
        first = min(one.in_force_at for one in said if one.in_force_at)
        newer = [one.state for one in said if one.received_at > counts.received_at]
        return Place(
            Standing.IN_FORCE, counts.lines, localdate(counts.in_force_at), max((localdate(first) - due).days, 0),
            FeedbackState.FAULTY in newer,
        )  # fmt: skip
    if states & {FeedbackState.WAITING, FeedbackState.READING}:
        return Place(Standing.WAITING)
    if FeedbackState.FAULTY in states:
        return Place(Standing.FAULTY)
    if not given:
        return Place(Standing.NOT_ASKED)
    return Place(Standing.LATE if today > due else Standing.DUE)
