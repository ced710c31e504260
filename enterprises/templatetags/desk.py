"""The bureau's front page. Law: nobody is told of what he may not view."""

from typing import Any

from django import template

from enterprises.admin import front_page

register = template.Library()


@register.simple_tag(takes_context=True)
def desk(context: dict[str, Any]) -> front_page.Desk:
    """Where the quarter stands, what waits for whoever looks, and what is late."""
    return front_page.desk(context["request"].user)


@register.simple_tag(takes_context=True)
def pool(context: dict[str, Any]) -> front_page.Pool | None:
    """The pool in figures."""
    return front_page.pool(context["request"].user)
