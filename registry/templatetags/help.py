"""The way from a desk to its place in the staff manual."""

from typing import Any

from django import template

from registry.helping import help_on

register = template.Library()


@register.simple_tag(takes_context=True)
def help_address(context: dict[str, Any]) -> str:
    """Where the manual explains the page that is shown; empty where it is no desk's."""
    opts = context.get("opts")
    return help_on(opts.label_lower) if opts else ""
