"""On the pages of one row, a row that it speaks of is a link for whoever may open that row, and its name for others.

Django's own admin links it for everybody: a door that is closed to most.
"""

from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import AdminReadonlyField

_link = AdminReadonlyField.get_admin_url


def _link_for_whoever_may(self: Any, remote_field: Any, remote_obj: Any) -> Any:
    # The form was made for one request, and its makers keep it where the fields were made.
    request = getattr(self.form._meta.formfield_callback, "keywords", {}).get("request")
    desk = admin.site._registry.get(remote_field.model)
    if request is None or desk is None or not desk.has_view_or_change_permission(request):
        return str(remote_obj)
    return _link(self, remote_field, remote_obj)


def close() -> None:
    """Once, when the apps are ready."""
    AdminReadonlyField.get_admin_url = _link_for_whoever_may  # type: ignore[method-assign]
