"""Who may see what in the institutions' rooms: the one place where institutions are kept apart.

Law: every query of a portal page starts from an `Access`, and no contract, no data.
"""

import re
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q, QuerySet

from enterprises.models import EditionState
from pushes import errors
from pushes.models import ChannelKind, Delivery, DeliveryState, Institution, InstitutionState, Membership

_LABEL = re.compile(r"ZZKJ-(20\d\dQ[1-4])-v([1-9]\d{0,3})")


@dataclass(frozen=True)
class Access:
    """What a person of an institution under contract may reach."""

    institution: Institution

    def deliveries(self) -> QuerySet[Delivery]:
        """What was delivered to the institution's portal, the newest edition first."""
        made = Delivery.objects.filter(
            channel__institution=self.institution,
            channel__kind=ChannelKind.PORTAL,
            state=DeliveryState.DELIVERED,
        )
        related = made.select_related("edition__previous", "package", "profile", "channel__institution")
        return related.order_by("-edition__quarter", "-edition__version")

    def downloads(self) -> QuerySet[Delivery]:
        """Those of them whose edition stands: what was withdrawn is shown, but not handed out any more."""
        return self.deliveries().filter(edition__state=EditionState.SEALED)

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

    def delivery_of(self, label: str) -> Delivery:
        """The delivery of the edition so labelled. Raises `Delivery.DoesNotExist`."""
        found = _LABEL.fullmatch(label)
        if not found:
            raise Delivery.DoesNotExist
        return self.deliveries().get(edition__quarter=found[1], edition__version=int(found[2]))


def access_of(user: User | AnonymousUser, *, today: date) -> Access:
    """The access of a signed-in person. Raises a `NoAccess` that says why there is none."""
    assert user.pk is not None  # noqa: S101 - nobody else comes past the sign-in
    membership = Membership.objects.filter(user_id=user.pk).select_related("institution").first()
    if membership is None:
        raise errors.NoInstitution
    return granted(membership.institution, today=today)


def granted(institution: Institution, *, today: date) -> Access:
    """The access of whoever stands for the institution. Raises a `NoAccess` that says why there is none."""
    if institution.state != InstitutionState.ACTIVE:
        raise errors.InstitutionNotActive(institution.name, institution.get_state_display())
    if institution.contract_until < today:
        raise errors.ContractOver(institution.name, institution.contract_until.isoformat())
    return Access(institution)
