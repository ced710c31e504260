"""One line for the admin's front page where something is amiss. Law: shown to whoever may see the system's state."""

from typing import Any

from django import template

from config.watching.models import Trouble

register = template.Library()


@register.simple_tag(takes_context=True)
def troubles_open(context: dict[str, Any]) -> int:
    """How many troubles are open; none for whoever may not see them."""
    if not context["request"].user.has_perm("watching.see_system"):
        return 0
    return Trouble.objects.filter(ended_at=None).count()
