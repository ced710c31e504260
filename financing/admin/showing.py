"""What the desks of financing have in common: rows asked for by what is offered alone, a step that is told of."""

from collections.abc import Callable

from django.http import HttpRequest

from financing.errors import FinancingError
from pushes.admin import showing
from pushes.admin.showing import ShownAdmin


class OfferedLookups(ShownAdmin):
    """Rows that may be asked for by what the filters offer, and by nothing else that an address could name: by the
    mistakes of a feedback, or to the second, one could find out whose a row is.
    """

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        names = [getattr(one, "parameter_name", one) for one in self.list_filter]
        offered = any(lookup == name or lookup.startswith(f"{name}__") for name in names)
        return offered and super().lookup_allowed(lookup, value, request)


def take(request: HttpRequest, step: Callable[[], object], done: str) -> bool:
    """Take a step and say how it went; whether it went well."""
    return showing.take(request, step, done, failures=FinancingError)
