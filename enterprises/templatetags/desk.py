"""What waits for the bureau, for the admin's front page. Law: nobody is told of what he may not view."""

from typing import Any

from django import template
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from enterprises import editions, reminding
from enterprises.calendar import finished_quarter
from enterprises.models import ReviewItem
from enterprises.objection_reminding import open_objections
from enterprises.queries import sealed_editions
from enterprises.queueing import MINE
from registry.models import ImportState, ListImport

register = template.Library()


@register.simple_tag(takes_context=True)
def work_on_lists(context: dict[str, Any]) -> dict[str, Any] | None:
    """How many lists wait to be confirmed, and where they are shown."""
    if not context["request"].user.has_perm("registry.view_listimport"):
        return None
    staged = ListImport.objects.filter(state=ImportState.STAGED).count()
    address = reverse("admin:registry_listimport_changelist") + f"?state__exact={ImportState.STAGED}"
    return {"count": staged, "address": address}


@register.simple_tag(takes_context=True)
def work_on_matches(context: dict[str, Any]) -> dict[str, Any] | None:
    """How many doubtful matches wait to be settled, how many of them are one's own, and where they are shown."""
    if not context["request"].user.has_perm("enterprises.view_reviewitem"):
        return None
    mine = Count("pk", filter=Q(assigned_to=context["request"].user))
    waiting = ReviewItem.objects.filter(closed_at=None).aggregate(count=Count("pk"), mine=mine)
    address = reverse("admin:enterprises_reviewitem_changelist")
    return {**waiting, "address": address, "address_of_mine": f"{address}?whose={MINE}"}


@register.simple_tag(takes_context=True)
def quarter_without_edition(context: dict[str, Any]) -> str:
    """The last finished quarter, where no sealed edition of it stands; else nothing."""
    quarter = finished_quarter(localdate())
    may_view = context["request"].user.has_perm("enterprises.view_edition")
    return quarter if may_view and not sealed_editions().filter(quarter=quarter).exists() else ""


@register.simple_tag(takes_context=True)
def edition_that_waits(context: dict[str, Any]) -> dict[str, Any] | None:
    """The draft of the last finished quarter while no sealed edition of it stands, and whether it is overdue."""
    quarter = quarter_without_edition(context)
    if not quarter:
        return None
    draft = editions.standing_draft(quarter)
    red = len(editions.red_guards(draft)) if draft and not editions.is_overruled(draft) else 0
    return {"draft": draft, "red": red, "overdue": bool(reminding.overdue(now=timezone.now()))}


@register.simple_tag(takes_context=True)
def preview_address(context: dict[str, Any]) -> str:
    """Where the next edition is looked at beforehand."""
    may_view = context["request"].user.has_perm("enterprises.view_edition")
    return reverse("admin:enterprises_edition_preview") if may_view else ""


@register.simple_tag(takes_context=True)
def work_on_objections(context: dict[str, Any]) -> dict[str, Any] | None:
    """How many objections are not decided, how many of them are overdue, and where they are shown."""
    if not context["request"].user.has_perm("enterprises.view_objection"):
        return None
    overdue = Count("pk", filter=Q(due_on__lt=localdate()))
    waiting = open_objections().order_by().aggregate(count=Count("pk"), overdue=overdue)
    address = reverse("admin:enterprises_objection_changelist")
    return {**waiting, "address": f"{address}?due=open", "address_of_overdue": f"{address}?due=overdue"}
