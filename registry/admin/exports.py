"""My exports: how far each is, its file, a way to give it up. Law: a file is its asker's alone; each fetch is noted.

Who may view exports sees everybody's rows, never their files.
"""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR, SEARCH_VAR
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from registry import exporting
from registry.admin.exporting import address_of, called, may_export_something, may_fetch
from registry.admin.read_only import ReadOnlyAdmin
from registry.models import Export, ExportState

VIEW = "registry.view_export"


@admin.register(Export)
class ExportAdmin(ReadOnlyAdmin):
    fields = ("desk",)  # the page is a template of its own
    list_display = ("of_list", "narrowed", "format", "state", "rows", "asked_at", "expires_at", "fetch")
    list_filter = ("state",)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<uuid:pk>/file/", wrap(require_GET(self.file)), name="registry_export_file"),
            path("<uuid:pk>/progress/", wrap(require_GET(self.progress)), name="registry_export_progress"),
            path("<uuid:pk>/give-up/", wrap(require_POST(self.give_up)), name="registry_export_give_up"),
            *super().get_urls(),
        ]

    def has_view_permission(self, request: HttpRequest, obj: Export | None = None) -> bool:
        if request.user.has_perm(VIEW) or (obj and obj.asked_by_id == request.user.pk):
            return True
        return obj is None and may_export_something(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Export]:
        everybodys = super().get_queryset(request).select_related("asked_by")
        return everybodys if request.user.has_perm(VIEW) else everybodys.filter(asked_by=request.user.pk)

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        shown = tuple(self.list_display)
        return (*shown[:-1], "asked_by") if request.user.has_perm(VIEW) else shown

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = _("Exports") if request.user.has_perm(VIEW) else _("My exports")
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    @admin.display(description=gettext_lazy("list"))
    def of_list(self, export: Export) -> str:
        return called(export)

    @admin.display(description=gettext_lazy("search and filters"), empty_value="–")
    def narrowed(self, export: Export) -> str:
        """The words that were searched, and by how many filters; the list itself shows which."""
        parts = QueryDict(export.query).dict()
        text = parts.pop(SEARCH_VAR, "")
        filters = len(parts.keys() - {PAGE_VAR, ORDER_VAR})
        told = [_("“%(text)s”") % {"text": text}] if text else []
        told += [_("%(count)s filters") % {"count": filters}] if filters else []
        return _("、").join(told)

    @admin.display(description=gettext_lazy("file"), empty_value="–")
    def fetch(self, export: Export) -> str:
        if export.state != ExportState.READY:
            return ""
        address = reverse("admin:registry_export_file", args=[export.pk])
        return format_html('<a href="{}">{} ({})</a>', address, _("Download"), filesizeformat(export.size or 0))

    def page(self, request: HttpRequest, obj: Export) -> dict[str, Any]:
        return {
            "title": _("Export of %(list)s") % {"list": called(obj)},
            "subtitle": "",
            "waits": obj.state == ExportState.WAITING,
            "ready": obj.state == ExportState.READY,
            "mine": obj.asked_by_id == request.user.pk,
            "rows": exporting.rows_so_far(obj),
            "narrowed": self.narrowed(obj),
            "list_address": address_of(obj),
        }

    def file(self, request: HttpRequest, pk: Any) -> FileResponse:
        """The file, to whoever asked for it and may still see what is in it."""
        export = self._own(request, pk)
        if export.state != ExportState.READY or (export.expires_at and export.expires_at <= timezone.now()):
            raise Http404
        if not may_fetch(export):
            raise PermissionDenied
        try:
            stream = export.file.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        exporting.note_fetched(export=export, now=timezone.now())
        self.log_change(request, export, _("Downloaded: %(rows)s rows, SHA-256 %(sum)s.") % {
            "rows": export.rows, "sum": export.sha256,
        })  # fmt: skip
        day = timezone.localtime(export.asked_at)
        name = f"{called(export)}-{day:%Y%m%d-%H%M}.{export.format}"
        return FileResponse(stream, as_attachment=True, filename=name, content_type="application/octet-stream")

    def progress(self, request: HttpRequest, pk: Any) -> JsonResponse:
        """How far the writing is, for the page's script."""
        export = self._own(request, pk)
        waits = export.state == ExportState.WAITING
        told = {"waits": waits, "rows": exporting.rows_so_far(export), "expected": 0, "percent": None}
        return JsonResponse(told, headers={"Cache-Control": "no-store"})

    def give_up(self, request: HttpRequest, pk: Any) -> HttpResponse:
        export = self._own(request, pk)
        exporting.give_up(export=export, now=timezone.now())
        messages.success(request, _("Given up; its file is deleted."))
        return redirect("admin:registry_export_changelist")

    def _own(self, request: HttpRequest, pk: Any) -> Export:
        """Of others' exports there is no trace here."""
        return get_object_or_404(Export, pk=pk, asked_by=request.user.pk)
