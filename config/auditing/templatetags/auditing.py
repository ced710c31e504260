"""A row's history for the admin's page of it: what became of it, by whom, with before and after."""

from typing import Any

from django import template

from config.auditing import history

register = template.Library()


@register.simple_tag
def history_of(obj: Any) -> list[history.Told]:
    return history.of(obj)
