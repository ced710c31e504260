"""What is owed to whom (reads only). Law: no contract, no data."""

from datetime import date

from django.db.models import Count, Min, Q, QuerySet

from enterprises.models import Edition, EditionState
from enterprises.queries import sealed_editions
from pushes.models import Channel, Delivery, DeliveryState, InstitutionState


def under_contract(today: date, institution: str = "") -> Q:
    """The condition, on the path `institution__` or another, that it is active and its contract runs."""
    return Q(**{f"{institution}state": InstitutionState.ACTIVE, f"{institution}contract_until__gte": today})


def receiving_channels(edition: Edition, today: date) -> QuerySet[Channel]:
    """The channels that are to get `edition`.

    An institution gets every edition sealed since its first profile was agreed, and at once the latest one:
    a bank registered yesterday begins with today's pool, not with years of history.
    """
    channels = Channel.objects.filter(under_contract(today, "institution__"), paused=False)
    registered = channels.alias(registered=Min("institution__profiles__agreed_at")).filter(registered__isnull=False)
    if edition == sealed_editions().last():
        return registered
    return registered.filter(registered__lte=edition.sealed_at)


def due(today: date) -> QuerySet[Delivery]:
    """Waiting deliveries that may go out at all: of standing editions, to open channels, under contract."""
    return Delivery.objects.filter(
        under_contract(today, "channel__institution__"),
        state=DeliveryState.WAITING,
        channel__paused=False,
        edition__state=EditionState.SEALED,
    )


def told_last(delivery: Delivery) -> Edition | None:
    """The edition that its institution was given last before this one; None if that was in another profile."""
    this = delivery.edition
    made = Delivery.objects.filter(
        Q(edition__quarter__lt=this.quarter) | Q(edition__quarter=this.quarter, edition__version__lt=this.version),
        channel__institution=delivery.channel.institution,
        state=DeliveryState.DELIVERED,
    ).select_related("edition", "profile")
    last = made.order_by("-edition__quarter", "-edition__version", "-delivered_at").first()
    return last.edition if last and last.profile.digest == delivery.profile.digest else None


def outstanding(today: date, edition: Edition | None = None) -> dict[str, int]:
    """How many deliveries are owed and not made: `waiting` (some perhaps not planned yet) and `failed`."""
    editions = [edition] if edition else list(sealed_editions())
    counted = {"waiting": 0, "failed": 0}
    for one in editions:
        owed = receiving_channels(one, today).exclude(
            deliveries__in=Delivery.objects.filter(edition=one, state=DeliveryState.DELIVERED)
        )
        failed = owed.filter(deliveries__in=Delivery.objects.filter(edition=one, state=DeliveryState.FAILED)).count()
        counted["failed"] += failed
        counted["waiting"] += owed.count() - failed
    return counted


def deliveries_by_state(edition: Edition | None = None) -> dict[str, int]:
    """State → number of deliveries, of the edition or of all."""
    rows = Delivery.objects.filter(edition=edition) if edition else Delivery.objects.all()
    counted = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    return {state: counted.get(state, 0) for state in DeliveryState.values}
