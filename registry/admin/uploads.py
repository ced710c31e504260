"""Uploads that a worker reads: how far each is, and a way to stop it. Law: the page may be closed at any time."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from registry import errors, uploading
from registry.admin.read_only import ReadOnlyAdmin, require
from registry.admin.receiving import ADD
from registry.models import Programme, Upload, UploadState

VIEW = "registry.view_upload"


@admin.register(Upload)
class UploadAdmin(ReadOnlyAdmin):
    """Seen by whoever may import lists, and by whoever may see them."""

    fields = ("file_name",)  # the page is a template of its own
    list_display = ("file_name", "state", "received_at", "received_by", "origin")
    list_filter = ("state",)
    search_fields = ("file_name", "origin")

    def has_view_permission(self, request: HttpRequest, obj: Upload | None = None) -> bool:
        return bool(request.user.has_perm(ADD) or request.user.has_perm(VIEW))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/progress/", wrap(self.progress), name="registry_upload_progress"),
            path("<int:pk>/cancel/", wrap(require_POST(self.cancel)), name="registry_upload_cancel"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """How far the reading is; once the list is staged, its own page."""
        upload = self.get_object(request, object_id)
        if upload and not self.has_view_permission(request, upload):
            raise PermissionDenied
        if upload and upload.state == UploadState.STAGED and upload.list_import_id:
            return redirect("admin:registry_listimport_change", upload.list_import_id)
        return super().change_view(request, object_id, form_url, extra_context)

    def page(self, request: HttpRequest, obj: Upload) -> dict[str, Any]:
        return {
            "title": _("Reading a list"),
            "states": UploadState,
            "waits": obj.state == UploadState.WAITING,
            "may_import": request.user.has_perm(ADD),
            "programme": Programme.objects.filter(code=obj.facts["programme"]).first(),
            "progress": uploading.progress_of(obj),
        }

    def progress(self, request: HttpRequest, pk: int) -> JsonResponse:
        """How far the reading is, for the page's script."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        upload = get_object_or_404(Upload, pk=pk)
        done = uploading.progress_of(upload)
        waits = upload.state == UploadState.WAITING
        told = {"waits": waits, "rows": done.rows, "expected": done.expected, "percent": done.percent}
        return JsonResponse(told, headers={"Cache-Control": "no-store"})

    def cancel(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Stop a reading."""
        user = require(request, ADD)
        upload = get_object_or_404(Upload, pk=pk)
        try:
            uploading.cancel(upload=upload, now=timezone.now(), by=user)
        except errors.NotYourProgramme as error:
            messages.error(request, str(error))
        else:
            self.log_change(request, upload, _("Cancelled."))
            messages.success(request, _("The reading is stopped; nothing of the list is kept."))
        return redirect(reverse("admin:registry_upload_change", args=[pk]))
