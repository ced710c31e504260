"""What the desks of financing have in common: a step is taken, and what came of it is said."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest

from financing.errors import FinancingError


def take(request: HttpRequest, step: Callable[[], object], done: str) -> bool:
    """Take a step and say how it went; whether it went well."""
    try:
        step()
    except FinancingError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, done)
    return True
