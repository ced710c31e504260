"""What is owed to whom (reads only). Law: no contract, no data."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import localdate

from enterprises.models import Edition, EditionState
from enterprises.queries import sealed_editions
from pushes.models import (
    Channel,
    Delivery,
    DeliveryState,
    Institution,
    InstitutionState,
    Letter,
    LetterKind,
    Receipt,
    ReceiptKind,
)


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


def earlier_edition() -> Q:
    """The condition, in a subquery of deliveries, that its edition comes before that of the outer delivery."""
    return Q(edition__quarter__lt=OuterRef("edition__quarter")) | Q(
        edition__quarter=OuterRef("edition__quarter"), edition__version__lt=OuterRef("edition__version")
    )


def told_last_of(deliveries: QuerySet[Delivery]) -> dict[UUID, Edition]:
    """Delivery → the edition that its institution was given last before this one, by whichever channel.

    It is left out where there is none, or where that was in another profile.
    """
    made = Delivery.objects.filter(
        earlier_edition(), channel__institution=OuterRef("channel__institution"), state=DeliveryState.DELIVERED
    )
    last = made.order_by("-edition__quarter", "-edition__version", "-delivered_at").values("pk")[:1]
    rows = deliveries.order_by().annotate(last=Subquery(last)).exclude(last=None).select_related("profile")
    pairs = [(row.pk, row.profile.digest, row.last) for row in rows]
    given = Delivery.objects.select_related("edition", "profile").in_bulk({last for _pk, _digest, last in pairs})
    return {pk: given[last].edition for pk, digest, last in pairs if given[last].profile.digest == digest}


def outstanding(today: date, edition: Edition | None = None) -> dict[str, int]:
    """How many deliveries are owed and not made: `waiting` (some perhaps not planned yet) and `failed`.

    What failed counts while its channel is paused, too; what a pause keeps from being tried does not.
    """
    editions = [edition] if edition else list(sealed_editions())
    failures = Delivery.objects.filter(under_contract(today, "channel__institution__"), state=DeliveryState.FAILED)
    counted = {"waiting": 0, "failed": 0}
    for one in editions:
        ended = Delivery.objects.filter(edition=one, state__in=[DeliveryState.DELIVERED, DeliveryState.FAILED])
        counted["waiting"] += receiving_channels(one, today).exclude(deliveries__in=ended).count()
        counted["failed"] += failures.filter(edition=one).count()
    return counted


def not_taken(now: datetime, days: int) -> QuerySet[Delivery]:
    """Deliveries of standing editions to institutions under contract, made so many days ago, that nobody of theirs has
    downloaded or acknowledged: one of an edition, whichever channel it came by first.
    """
    taken = Receipt.objects.filter(
        kind__in=[ReceiptKind.DOWNLOAD, ReceiptKind.ACKNOWLEDGEMENT, ReceiptKind.MEMBERS, ReceiptKind.CHANGES],
        institution=OuterRef("channel__institution"),
        delivery__edition=OuterRef("edition"),
    )
    first = Delivery.objects.filter(
        Q(delivered_at__lt=OuterRef("delivered_at")) | Q(delivered_at=OuterRef("delivered_at"), pk__lt=OuterRef("pk")),
        channel__institution=OuterRef("channel__institution"),
        edition=OuterRef("edition"),
        state=DeliveryState.DELIVERED,
    )
    return Delivery.objects.filter(
        under_contract(localdate(now), "channel__institution__"),
        ~Exists(taken),
        ~Exists(first),
        state=DeliveryState.DELIVERED,
        edition__state=EditionState.SEALED,
        delivered_at__lte=now - timedelta(days=days),
    )


def laggards(now: datetime) -> QuerySet[Delivery]:
    """What was not taken for so long that the bureau follows it up."""
    return not_taken(now, settings.LAGGARD_AFTER_DAYS)


def lacking(edition: Edition, today: date) -> list[Institution]:
    """Institutions that are owed the edition by a channel that has not delivered it, or that failed at it."""
    made = Delivery.objects.filter(edition=edition, state=DeliveryState.DELIVERED)
    failed = Delivery.objects.filter(edition=edition, state=DeliveryState.FAILED)
    waits = receiving_channels(edition, today).exclude(deliveries__in=made)
    owed = Q(channels__in=waits.values("pk")) | Q(channels__in=failed.values("channel"))
    return list(Institution.objects.filter(under_contract(today), owed).distinct())


def holders(edition: Edition) -> QuerySet[Institution]:
    """Institutions that the edition was delivered to, under contract still or not."""
    return Institution.objects.filter(
        channels__deliveries__in=Delivery.objects.filter(edition=edition, state=DeliveryState.DELIVERED)
    ).distinct()


def about(kind: LetterKind, edition: Edition, institution: Institution) -> str:
    """What names a letter that an institution gets once of an edition."""
    return f"{kind}/{edition.label}/{institution.code}"


def is_told(kind: LetterKind, edition: Edition, institution: Institution) -> bool:
    """Whether that letter was written."""
    return Letter.objects.filter(about=about(kind, edition, institution)).exists()


def paused_channels(today: date) -> QuerySet[Channel]:
    """Paused channels of institutions under contract: nothing goes out by them."""
    return Channel.objects.filter(under_contract(today, "institution__"), paused=True).select_related("institution")


def deliveries_by_state(edition: Edition | None = None) -> dict[str, int]:
    """State → number of deliveries, of the edition or of all."""
    rows = Delivery.objects.filter(edition=edition) if edition else Delivery.objects.all()
    counted = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    return {state: counted.get(state, 0) for state in DeliveryState.values}
