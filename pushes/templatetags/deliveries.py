"""Deliveries in words, and what of them waits, for the admin's front page.

Law: nobody is told of what he may not view.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from enterprises.models import EditionMember
from pushes import belonging, queries
from pushes.channels.parcel import OUR_FAULT
from pushes.models import (
    Attempt,
    Delivery,
    DeliveryState,
    Letter,
    LetterState,
    Outcome,
    ProfileRequest,
    RequestState,
    Try,
)

register = template.Library()
_STOPS = "。."  # more follows in the same sentence
_OPEN = (DeliveryState.WAITING, DeliveryState.FAILED)


@register.simple_tag(takes_context=True)
def open_deliveries(context: dict[str, Any]) -> dict[str, Any] | None:
    """How many wait or have failed, and where they are shown."""
    if not context["request"].user.has_perm("pushes.view_delivery"):
        return None
    address = reverse("admin:pushes_delivery_changelist") + f"?state__in={','.join(_OPEN)}"
    return {"count": Delivery.objects.filter(state__in=_OPEN).count(), "address": address}


@register.simple_tag(takes_context=True)
def followed_up(context: dict[str, Any]) -> dict[str, Any] | None:
    """Paused channels, how many institutions lag behind, and how many letters could not be sent."""
    if not context["request"].user.has_perm("pushes.view_delivery"):
        return None
    now = timezone.now()
    unsent = Letter.objects.filter(state=LetterState.WAITING, tries__gte=1)
    return {
        "paused": queries.paused_channels(timezone.localdate(now)),
        "laggards": queries.laggards(now).count(),
        "unsent": unsent.count() if context["request"].user.has_perm("pushes.view_letter") else 0,
    }


@register.simple_tag(takes_context=True)
def open_requests(context: dict[str, Any]) -> dict[str, Any] | None:
    """How many requests of institutions wait for an answer, and where they are shown."""
    user = context["request"].user
    if not (user.has_perm("pushes.view_profilerequest") or user.has_perm("pushes.answer_profilerequest")):
        return None
    address = reverse("admin:pushes_profilerequest_changelist") + f"?state__exact={RequestState.OPEN}"
    return {"count": ProfileRequest.objects.filter(state=RequestState.OPEN).count(), "address": address}


@register.simple_tag(takes_context=True)
def institutions_told(context: dict[str, Any], rows: Iterable[tuple[EditionMember, Any]]) -> list[dict[str, Any]]:
    """Of one enterprise's rows in editions: to how many institutions each was sent, in whose cut it is."""
    if not context["request"].user.has_perm("pushes.view_delivery"):
        return []
    counts = belonging.institutions_told([row for row, _words in rows])
    address = reverse("admin:pushes_delivery_changelist")
    return [
        {"edition": row.edition, "count": count, "address": f"{address}?edition__id__exact={row.edition_id}"}
        for row, count in counts
    ]


@register.filter
def in_words(attempt: Try) -> str:
    """What came of a sending, as a sentence for the bureau."""
    return _sentence(attempt, attempt.detail)


@register.filter
def in_plain_words(attempt: Try) -> str:
    """The same for the institution: of a fault of ours it learns that it was one."""
    return _sentence(attempt, _("a fault on our side") if attempt.code == OUR_FAULT else attempt.detail)


def _sentence(attempt: Try, detail: str) -> str:
    facts = {"code": attempt.code, "to": attempt.to}
    parts = [_SAID[attempt.outcome]()]
    if detail:
        parts.append(detail.rstrip(_STOPS))
    if attempt.to:
        parts.append(_("target %(to)s") % facts)
    if attempt.code and attempt.code != OUR_FAULT:
        parts.append(_("answer %(code)s") % facts)
    if isinstance(attempt, Attempt) and attempt.next_at:
        day = date_format(timezone.localtime(attempt.next_at), "Y-m-d H:i")
        parts.append(_("tried again at %(day)s") % {"day": day})
    return _("; ").join(parts)


_SAID: dict[str, Callable[[], str]] = {
    Outcome.DELIVERED: lambda: _("Arrived"),
    Outcome.PASSING: lambda: _("Failed"),
    Outcome.PERMANENT: lambda: _("Refused by the other side, for good"),
    Outcome.REFUSED: lambda: _("Not sent by us"),
}
