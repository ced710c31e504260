"""What of financing waits, for the bureau's front page. Law: nobody is told of what he may not view."""

from typing import Any

from django import template

from enterprises.admin.front_page import Desk
from financing.admin import front_page

register = template.Library()


@register.simple_tag(takes_context=True)
def financing_desk(context: dict[str, Any]) -> Desk:
    """Who has reported, what waits for whoever looks, and what is late."""
    return front_page.desk(context["request"].user)
