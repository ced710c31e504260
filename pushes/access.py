"""Who may see what in the institutions' rooms: the one place where institutions are kept apart.

Law: every query of a portal page starts from an `Access`, and no contract, no data.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from enterprises.calendar import edition_labelled
from enterprises.models import Edition, EditionMember, EditionState
from pushes import errors
from pushes.belonging import cut_of, members
from pushes.models import (
    AccessKey,
    Channel,
    ChannelKind,
    ChannelSecret,
    CustomerMatch,
    Delivery,
    DeliveryState,
    Institution,
    InstitutionState,
    Invitation,
    MatchState,
    Membership,
    PeopleEvent,
    Profile,
    ProfileRequest,
    Receipt,
    Role,
    SecretEvent,
    Sending,
)
from registry.queries import beside_the_pool, district_names


@dataclass(frozen=True)
class Access:
    """What a person of an institution under contract may reach; or a machine, which has no role."""

    institution: Institution
    role: Role | None = None

    def may(self, least: Role) -> bool:
        """Whether this is a person of that role or a higher one."""
        return self.role is not None and self.role.includes(least)

    def latest(self) -> Delivery | None:
        """The newest standing edition that the institution was given: what it may be told of, and in which cut."""
        return self.deliveries().filter(edition__state=EditionState.SEALED).first()

    def deliveries(self) -> QuerySet[Delivery]:
        """What was delivered to the institution, the newest edition first: one delivery of each, the portal's before
        other channels'.
        """
        of_each = ("-edition__quarter", "-edition__version")
        others_later = Case(When(channel__kind=ChannelKind.PORTAL, then=0), default=1)
        made = self._own().filter(state=DeliveryState.DELIVERED)
        return made.order_by(*of_each, others_later, "pk").distinct("edition__quarter", "edition__version")

    def deliveries_after(self, label: str | None) -> QuerySet[Delivery]:
        """The same, beginning with the edition before the one so labelled."""
        named = edition_labelled(label or "")
        made = self.deliveries()
        if named is None:
            return made
        earlier = Q(edition__quarter__lt=named[0]) | Q(edition__quarter=named[0], edition__version__lt=named[1])
        return made.filter(earlier)

    def downloads(self) -> QuerySet[Delivery]:
        """What people may fetch: what was delivered by whichever channel, of standing editions. What was withdrawn is
        shown, but not handed out any more.
        """
        return self._own().filter(state=DeliveryState.DELIVERED, edition__state=EditionState.SEALED)

    def log(self) -> QuerySet[Delivery]:
        """Every delivery of sealed and withdrawn editions by every channel, with its attempts, the newest first."""
        return self._own().order_by("-edition__quarter", "-edition__version", "channel").prefetch_related("attempts")

    def paused(self) -> QuerySet[Channel]:
        """The institution's channels by which nothing goes out."""
        return Channel.objects.filter(institution=self.institution, paused=True).order_by("kind")

    def _own(self) -> QuerySet[Delivery]:
        own = Delivery.objects.filter(channel__institution=self.institution)
        return own.select_related("edition__previous", "package__since", "profile", "channel__institution")

    def fetchable(self) -> QuerySet[Delivery]:
        """What the institution's machines may fetch, by whatever channel they know of it.

        A webhook's notice is followed up at once, often before we have read its answer: a delivery that is still
        under way counts.
        """
        told = Q(channel__kind=ChannelKind.WEBHOOK, channel__paused=False, state=DeliveryState.WAITING)
        return Delivery.objects.filter(
            Q(state=DeliveryState.DELIVERED) | told,
            channel__institution=self.institution,
            edition__state=EditionState.SEALED,
            package__isnull=False,
        ).select_related("edition", "package", "channel__institution")

    def matches(self, user: User, *, now: datetime) -> QuerySet[CustomerMatch]:
        """The person's own lists of customers that are still kept, the newest first: nobody else of the institution
        sees them.
        """
        own = CustomerMatch.objects.filter(institution=self.institution, user=user, expires_at__gt=now)
        return own.exclude(state=MatchState.ENDED).select_related("delivery__edition").order_by("-made_at")

    def shown(self, label: str) -> Delivery:
        """The delivery of the edition so labelled, whether that stands or was withdrawn. Raises `NoSuchEdition`."""
        try:
            return self.delivery_of(label)
        except Delivery.DoesNotExist as error:
            raise errors.NoSuchEdition(label) from error

    def standing(self, label: str) -> Delivery:
        """What the institution's machines may fetch of the edition so labelled: what was delivered rather than what is
        under way. Raises `NoSuchEdition`, `EditionWithdrawn`.
        """
        named = edition_labelled(label)
        if not named:
            raise errors.NoSuchEdition(label)
        fetchable = self.fetchable().filter(edition__quarter=named[0], edition__version=named[1])
        delivery = fetchable.select_related("profile", "package__since").order_by("state", "channel_id").first()
        if delivery is None:
            edition = self.shown(label).edition
            raise errors.EditionWithdrawn(edition.label, edition.withdrawn_reason)
        return delivery

    def base(self, since: str, delivery: Delivery) -> Edition:
        """The edition so labelled, from which changes lead to that of the delivery; it may be withdrawn meanwhile.

        Raises `NoSuchEdition`, `NotBefore`, and `AnotherCut` where it was given in another cut.
        """
        before = self.shown(since)
        edition = before.edition
        if (edition.quarter, edition.version) > (delivery.edition.quarter, delivery.edition.version):
            raise errors.NotBefore(edition.label, delivery.edition.label)
        if cut_of(before.profile) != cut_of(delivery.profile):
            raise errors.AnotherCut(edition.label, delivery.edition.label)
        return edition

    def bases(self, delivery: Delivery) -> list[Edition]:
        """The standing editions given before that of the delivery and in the same cut, the newest first: those from
        which people may have its changes told.
        """
        names, beside, label = district_names(), beside_the_pool(), delivery.edition.label
        wanted = cut_of(delivery.profile, names, beside)
        earlier = self.deliveries_after(label).filter(edition__state=EditionState.SEALED)
        return [one.edition for one in earlier if cut_of(one.profile, names, beside) == wanted]

    def members(self, delivery: Delivery) -> QuerySet[EditionMember]:
        """The institution's part of the delivery's edition, in order of public id."""
        return members(delivery.edition, cut_of(delivery.profile))

    def found(self, delivery: Delivery, codes: Collection[str]) -> dict[str, EditionMember]:
        """Credit code or public id → the member that bears it, in the institution's part of the delivery's edition."""
        own = self.members(delivery)
        by_code = {one.uscc: one for one in own.filter(~Q(uscc=""), uscc__in=codes)}
        return by_code | {one.public_id: one for one in own.filter(public_id__in=codes)}

    def delivery_of(self, label: str) -> Delivery:
        """The delivery of the edition so labelled. Raises `Delivery.DoesNotExist`."""
        named = edition_labelled(label)
        if not named:
            raise Delivery.DoesNotExist
        return self.deliveries().get(edition__quarter=named[0], edition__version=named[1])

    def people(self) -> QuerySet[Membership]:
        """The institution's people whose account is open; `second_factor` says whether they have one."""
        factor = Authenticator.objects.filter(user=OuterRef("user"), type=Authenticator.Type.TOTP)
        own = Membership.objects.filter(institution=self.institution, user__is_active=True)
        return own.select_related("user").annotate(second_factor=Exists(factor)).order_by("user__username")

    def invitations(self) -> QuerySet[Invitation]:
        """Those that were neither accepted nor withdrawn."""
        own = Invitation.objects.filter(institution=self.institution, accepted_at=None, withdrawn_at=None)
        return own.select_related("invited_by")

    def people_events(self) -> QuerySet[PeopleEvent]:
        """What happened to its people, the newest first."""
        return PeopleEvent.objects.filter(institution=self.institution).select_related("by")

    def keys_left(self, now: datetime) -> QuerySet[AccessKey]:
        """Keys that still open something and were made by somebody whose account is closed."""
        own = AccessKey.objects.filter(institution=self.institution, revoked_at=None, expires_at__gt=now)
        return own.filter(made_by__is_active=False).select_related("made_by")

    def channels(self) -> QuerySet[Channel]:
        """The institution's channels, in their usual order."""
        order = Case(*(When(kind=kind, then=place) for place, kind in enumerate(ChannelKind)))
        return Channel.objects.filter(institution=self.institution).select_related("institution").order_by(order)

    def sendings(self) -> QuerySet[Sending]:
        """What was sent by hand to its channels, the newest first."""
        return Sending.objects.filter(channel__institution=self.institution).select_related(
            "asked_by", "delivery__edition"
        )

    def secrets(self) -> QuerySet[ChannelSecret]:
        """That its channels have secrets, and since when; never which."""
        own = ChannelSecret.objects.filter(channel__institution=self.institution)
        return own.defer("enclosed").select_related("made_by", "channel")

    def keys(self) -> QuerySet[AccessKey]:
        """Its machines' keys, the newest first."""
        return (
            AccessKey.objects.filter(institution=self.institution).select_related("made_by").order_by("-made_at", "-pk")
        )

    def secret_events(self) -> QuerySet[SecretEvent]:
        """Who did what with its secrets and keys, the newest first."""
        return SecretEvent.objects.filter(institution=self.institution).select_related("by")

    def receipts(self) -> QuerySet[Receipt]:
        """Who of the institution fetched or acknowledged what, the newest first."""
        return Receipt.objects.filter(institution=self.institution).select_related("user").order_by("-number")

    def profiles(self) -> QuerySet[Profile]:
        """Every cut that was agreed on, the newest first."""
        return Profile.objects.filter(institution=self.institution).order_by("-version")

    def requests(self) -> QuerySet[ProfileRequest]:
        """What the institution asked the bureau for, the newest first."""
        asked = ProfileRequest.objects.filter(institution=self.institution)
        return asked.select_related("by", "channel", "profile").order_by("-pk")


def access_of(user: User | AnonymousUser, *, today: date) -> Access:
    """The access of a signed-in person. Raises a `NoAccess` that says why there is none."""
    assert user.pk is not None  # noqa: S101 - nobody else comes past the sign-in
    membership = Membership.objects.filter(user_id=user.pk).select_related("institution").first()
    if membership is None:
        raise errors.NoInstitution
    return granted(membership.institution, today=today, role=Role(membership.role))


def granted(institution: Institution, *, today: date, role: Role | None = None) -> Access:
    """The access of whoever stands for the institution. Raises a `NoAccess` that says why there is none."""
    if institution.state != InstitutionState.ACTIVE:
        raise errors.InstitutionNotActive(institution.name, institution.get_state_display())
    if institution.contract_until < today:
        raise errors.ContractOver(institution.name, institution.contract_until.isoformat())
    return Access(institution, role)
