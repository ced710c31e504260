"""What an institution's people should see to, for the start page.

Law: each is told in a sentence, with the way there.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.urls import reverse
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from enterprises.models import EditionState
from pushes.access import Access
from pushes.models import WITH_SECRETS, DeliveryState, ReceiptKind, RequestState, Role

CONTRACT_DAYS, SECRET_DAYS = 60, 30


class Matter(NamedTuple):
    """Something to see to: how grave it is (`bad`, `warn` or nothing), what it is, where it is done."""

    grave: str
    words: str
    address: str = ""
    link: str = ""


def matters(access: Access, now: datetime) -> list[Matter]:
    """The gravest first."""
    found = [
        *_withdrawn(access),
        *_failed(access),
        *_unready(access),
        *_contract(access, now),
        *_unacknowledged(access),
        *_keys(access, now),
        *_former(access, now),
        *_requests(access),
    ]
    return sorted(found, key=lambda one: ("bad", "warn", "").index(one.grave))


def _withdrawn(access: Access) -> Iterator[Matter]:
    """What came last and was withdrawn: the newest that stands is an older one."""
    for delivery in access.deliveries():
        if delivery.edition.state == EditionState.SEALED:
            return
        words = _("%(label)s was withdrawn and must not be used.") % {"label": delivery.edition.label}
        yield Matter("bad", words, reverse("pushes:edition", args=[delivery.edition.label]), _("See the reason"))


def _failed(access: Access) -> Iterator[Matter]:
    failed = access.log().filter(state=DeliveryState.FAILED, edition__state=EditionState.SEALED)
    for delivery in failed.prefetch_related(None):
        facts = {"label": delivery.edition.label, "kind": delivery.channel.get_kind_display()}
        words = _("%(label)s could not be delivered by the channel “%(kind)s”.") % facts
        yield Matter("bad", words, reverse("pushes:deliveries") + "?state=failed", _("See the tries"))


def _unready(access: Access) -> Iterator[Matter]:
    """A channel without a secret: nothing can be sent by it."""
    ready = access.secrets().filter(until=None).values("channel")
    for channel in access.channels().filter(kind__in=WITH_SECRETS).exclude(pk__in=ready):
        words = _("The channel “%(kind)s” has no secret yet: nothing can be sent by it.")
        yield Matter(
            "bad", words % {"kind": channel.get_kind_display()}, reverse("pushes:channels"), _("To the channels")
        )


def _contract(access: Access, now: datetime) -> Iterator[Matter]:
    ends = access.institution.contract_until
    left = (ends - localdate(now)).days
    if left <= CONTRACT_DAYS:
        words = _("The contract ends on %(day)s, in %(left)s days. Please renew it with the bureau in time.")
        yield Matter("warn", words % {"day": ends.isoformat(), "left": left})


def _unacknowledged(access: Access) -> Iterator[Matter]:
    newest = access.latest()
    said = access.receipts().filter(kind=ReceiptKind.ACKNOWLEDGEMENT)
    if newest and not said.filter(delivery__edition=newest.edition).exists():
        words = _("Nobody has acknowledged %(label)s yet.") % {"label": newest.edition.label}
        address = reverse("pushes:edition", args=[newest.edition.label]) + "#package"
        yield Matter("warn", words, address, _("Download and acknowledge"))


def _keys(access: Access, now: datetime) -> Iterator[Matter]:
    ending = access.keys().filter(
        revoked_at=None, expires_at__gt=now, expires_at__lte=now + timedelta(days=SECRET_DAYS)
    )
    for key in ending:
        facts = {"key": str(key), "day": localtime(key.expires_at).date().isoformat()}
        address = reverse("pushes:api-keys") if access.may(Role.ADMINISTRATOR) else ""
        yield Matter("warn", _("The access key %(key)s ends on %(day)s.") % facts, address, _("To the access keys"))


def _former(access: Access, now: datetime) -> Iterator[Matter]:
    ending = access.secrets().filter(until__gt=now, until__lte=now + timedelta(days=SECRET_DAYS))
    for secret in ending:
        facts = {"kind": secret.channel.get_kind_display(), "day": localtime(secret.until).date().isoformat()}
        words = _("The former secret of the channel “%(kind)s” ends on %(day)s: see that your side uses the new one.")
        yield Matter("warn", words % facts, reverse("pushes:channels"), _("To the channels"))


def _requests(access: Access) -> Iterator[Matter]:
    for asked in access.requests().filter(state=RequestState.OPEN):
        facts = {"kind": asked.get_kind_display(), "day": localtime(asked.at).date().isoformat()}
        room = "pushes:profile" if asked.channel is None else "pushes:channels"
        words = _("Your request for %(kind)s of %(day)s waits for the bureau's answer.") % facts
        yield Matter("", words, reverse(room), _("See the request"))
