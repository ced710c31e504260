"""Deliveries that have not arrived, for the admin's front page. Law: nobody is told of what he may not view."""

from typing import Any

from django import template
from django.urls import reverse

from pushes.models import Delivery, DeliveryState

register = template.Library()
_OPEN = (DeliveryState.WAITING, DeliveryState.FAILED)


@register.simple_tag(takes_context=True)
def open_deliveries(context: dict[str, Any]) -> dict[str, Any] | None:
    """How many wait or have failed, and where they are shown."""
    if not context["request"].user.has_perm("pushes.view_delivery"):
        return None
    address = reverse("admin:pushes_delivery_changelist") + f"?state__in={','.join(_OPEN)}"
    return {"count": Delivery.objects.filter(state__in=_OPEN).count(), "address": address}
