"""Exports of any desk's list: asked for in a request, written by a worker. Law: no request ever writes one.

The library gives the button, the form and the resource; which rows are meant is kept as the list's own address.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from celery import current_app
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.models import User
from django.contrib.messages import MessageFailure
from django.core.exceptions import FieldError, SuspiciousOperation, ValidationError
from django.db import DataError, transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from import_export.admin import ExportMixin
from import_export.formats.base_formats import CSV, XLSX
from import_export.forms import ExportForm

from registry import errors, exporting
from registry.models import Export, ExportFormat
from registry.sheets import Row, Sheet

_SELECTED = "_selected_action"
# How an address shows that it is none of its list's; a search that is refused says so in a message, which nobody reads.
_UNCLEAR = (
    IncorrectLookupParameters, SuspiciousOperation, FieldError, ValueError, ValidationError, DataError, MessageFailure,
)  # fmt: skip


class ExportedDesk(admin.ModelAdmin):
    """A desk whose rows may be exported: it says how they are written, `sheet`."""

    def has_export_permission(self, request: HttpRequest) -> bool:
        return bool(self.has_view_permission(request))

    def sheet(self, request: HttpRequest, queryset: QuerySet[Any]) -> Sheet:
        raise NotImplementedError

    def rows_meant(self, request: HttpRequest) -> QuerySet[Any]:
        """What the desk's list shows at the request's address, on all its pages."""
        queryset: QuerySet[Any] = self.get_changelist_instance(request).queryset
        return queryset

    def ask_for_export(self, request: HttpRequest, kind: str, chosen: list[str] | None = None) -> HttpResponseRedirect:
        """Leave the writing to a worker, and show how far it is."""
        assert isinstance(request.user, User)  # noqa: S101 - the admin lets nobody else in
        try:
            with transaction.atomic():
                asked = exporting.ask(
                    desk=self.opts.label_lower,
                    query=request.GET.urlencode(),
                    chosen=chosen or (),
                    kind=kind,
                    now=timezone.now(),
                    by=request.user,
                )
                transaction.on_commit(lambda: _call_a_worker(str(asked.pk)), robust=True)
        except errors.TooManyExports as error:
            messages.error(request, str(error))
            return redirect("admin:registry_export_changelist")
        return redirect("admin:registry_export_change", asked.pk)

    def ask_for_chosen(self, request: HttpRequest, kind: str) -> HttpResponseRedirect:
        """As an action: the rows that were ticked, or all that the list shows."""
        everything = request.POST.get("select_across") == "1"
        return self.ask_for_export(request, kind, [] if everything else request.POST.getlist(_SELECTED))


class SafeExportMixin(ExportMixin, ExportedDesk):
    """The library's export to xlsx or csv, for whoever may see the rows; its last step is left to a worker."""

    export_form_class = ExportForm

    def has_export_permission(self, request: HttpRequest) -> bool:
        return bool(self.has_view_permission(request))

    def get_export_formats(self) -> list[type]:
        return [XLSX, CSV]

    def get_valid_export_item_pks(self, request: HttpRequest) -> list[Any]:
        return []  # rows are chosen by search and filters; the library would list the whole table

    def rows_meant(self, request: HttpRequest) -> QuerySet[Any]:
        queryset: QuerySet[Any] = self.get_export_queryset(request)
        return queryset

    def sheet(self, request: HttpRequest, queryset: QuerySet[Any]) -> Sheet:
        (resource,) = self.get_export_resource_classes(request)
        made: Sheet = resource(**self.get_export_resource_kwargs(request)).sheet(queryset)
        return made

    def _do_file_export(self, file_format: Any, request: HttpRequest, *_rest: Any, **_more: Any) -> HttpResponse:
        return self.ask_for_export(request, ExportFormat.CSV if isinstance(file_format, CSV) else ExportFormat.XLSX)


def open_rows(export: Export) -> Sheet:
    """The rows that are meant, as the asker may see them now. Raises `ExportForbidden`, `ExportUnclear`."""
    request, desk = _as_asked(export)
    if desk is None:
        raise errors.ExportForbidden
    try:
        rows = desk.rows_meant(request)
        if export.chosen:
            rows = rows.filter(pk__in=export.chosen)
        sheet = desk.sheet(request, rows)
    except _UNCLEAR as error:
        raise errors.ExportUnclear from error
    return Sheet(sheet.headings, _read(sheet.rows))


def _read(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows as they come; some addresses only the database finds senseless."""
    try:
        yield from rows
    except DataError as error:
        raise errors.ExportUnclear from error


def may_fetch(export: Export) -> bool:
    """Whether the asker may still see what was written."""
    return _as_asked(export)[1] is not None


def may_export_something(request: HttpRequest) -> bool:
    """Whether there is a list that whoever asks may export."""
    return any(desk.has_export_permission(request) for desk in _desks())


def called(export: Export) -> str:
    """The list's name for people."""
    desk = _desk_of(export)
    return str(desk.opts.verbose_name_plural) if desk else export.desk


def address_of(export: Export) -> str:
    """The list as it was asked for; nothing where there is no such desk any more."""
    desk = _desk_of(export)
    if desk is None:
        return ""
    address = reverse(f"admin:{desk.opts.app_label}_{desk.opts.model_name}_changelist")
    return f"{address}?{export.query}" if export.query else address


def _as_asked(export: Export) -> tuple[HttpRequest, ExportedDesk | None]:
    """The list's request made anew, by its asker as he is now; without a desk where he may not export from it."""
    request = HttpRequest()
    request.method, request.GET = "GET", QueryDict(export.query)
    request.user = asker = User.objects.get(pk=export.asked_by_id)
    desk = _desk_of(export)
    allowed = desk and asker.is_active and asker.is_staff and desk.has_export_permission(request)
    return request, desk if allowed else None


def _desk_of(export: Export) -> ExportedDesk | None:
    return next((desk for desk in _desks() if desk.opts.label_lower == export.desk), None)


def _desks() -> Iterator[ExportedDesk]:
    registered: dict[type[Model], Any] = admin.site._registry
    return (desk for desk in registered.values() if isinstance(desk, ExportedDesk))


def _call_a_worker(export: str) -> None:
    """By its name: the tasks are another face. Where the broker is away, the next sweep finds the export."""
    current_app.send_task("registry.write_export", [export])
