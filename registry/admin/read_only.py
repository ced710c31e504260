"""What the admin's desks have in common: rows to look at, steps to take, exports without harm."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from import_export.admin import ExportMixin
from import_export.formats.base_formats import CSV, XLSX
from import_export.forms import ExportForm

from registry.forms import ReasonForm
from registry.identifiers import clean_code
from registry.names import name_key

EXPORT_ROWS = 100_000


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that acts alone write: seen by whoever may view them, edited and deleted by nobody."""

    actions: Sequence[str] | None = None
    list_per_page = 50
    show_full_result_count = False

    class Media:
        css = {"all": ["admin-extra.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """What the page of one row shows beyond its own fields."""
        return {}

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        if obj is not None and not self.has_view_permission(request, obj):
            raise PermissionDenied
        page = self.page(request, obj) if obj is not None else {}
        return super().change_view(request, object_id, form_url, {**page, **(extra_context or {})})

    def take(
        self,
        request: HttpRequest,
        obj: Any,
        step: Callable[[], object],
        *,
        done: str,
        expected: type[Exception],
        then: Callable[[], str] | None = None,
    ) -> HttpResponseRedirect:
        """Take a step, say how it went, note it in the admin's history, and go back to the row's page.

        Where the step succeeded, `then` says which address comes next instead.
        """
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk])
        try:
            step()
        except expected as error:
            messages.error(request, str(error))
        else:
            self.log_change(request, obj, done)
            messages.success(request, done)
            address = then() if then else address
        return HttpResponseRedirect(address)


def require(request: HttpRequest, permission: str) -> User:
    """Who asks; raises `PermissionDenied` for whoever lacks the permission."""
    if not isinstance(request.user, User) or not request.user.has_perm(permission):
        raise PermissionDenied
    return request.user


def reason_of(request: HttpRequest) -> str:
    """The reason that was posted; empty, with a message said, where it is missing or too long."""
    form = ReasonForm(request.POST)
    if form.is_valid():
        return str(form.cleaned_data["reason"])
    messages.error(request, _("Give a reason of at most 300 characters. Nothing was done."))
    return ""


def matching(queryset: QuerySet[Any], text: str, *, codes: tuple[str, ...]) -> QuerySet[Any]:
    """Rows whose code or number is exactly `text`, or whose name contains it, however it is spelt."""
    if not text.strip():
        return queryset
    wanted = Q(name_key__contains=name_key(text))
    for field in codes:
        wanted |= Q(**{field: clean_code(text)})
    return queryset.filter(wanted)


class SafeExportMixin(ExportMixin):
    """Export to xlsx or csv for whoever may see the rows, up to a size that a request can bear."""

    export_form_class = ExportForm
    to_encoding = "utf-8-sig"  # so that spreadsheet programs read the csv's Chinese

    def get_export_formats(self) -> list[type]:
        return [XLSX, CSV]

    def has_export_permission(self, request: HttpRequest) -> bool:
        return bool(self.has_view_permission(request))

    def get_export_data(self, file_format: Any, request: HttpRequest, queryset: QuerySet[Any], **kwargs: Any) -> Any:
        if queryset.order_by()[: EXPORT_ROWS + 1].count() > EXPORT_ROWS:
            # The mixin shows a ValueError to the person who asked.
            raise ValueError(
                _("More than %(rows)s rows. Narrow the list by search or filter first.") % {"rows": EXPORT_ROWS}
            )
        return super().get_export_data(file_format, request, queryset, **kwargs)
