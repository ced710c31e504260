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

from enterprises.admin.front_page import Desk
from enterprises.models import EditionMember
from pushes import belonging
from pushes.admin import front_page
from pushes.channels.parcel import OUR_FAULT
from pushes.models import Attempt, Outcome, Try

register = template.Library()
_STOPS = "。."  # more follows in the same sentence


@register.simple_tag(takes_context=True)
def pushes_desk(context: dict[str, Any]) -> Desk:
    """How the latest edition goes out, what waits for whoever looks, and what went wrong."""
    return front_page.desk(context["request"].user)


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
