"""A list comes in over django-import-export's import button. Law: it is staged here, and counts once it is confirmed.

The library gives the button, the addresses, the permission's hook and the form's place; reading is the registry's own.
A small list is read while the page waits, a large one by a worker.
"""

from typing import Any

from celery import current_app
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from import_export.admin import ImportMixin

from registry import errors, importing, uploading
from registry.admin.read_only import require
from registry.formats import FORMATS, ListFile
from registry.forms import UploadListForm
from registry.models import ListImport, Upload, UploadState
from registry.resources import ListResource, ListResult
from registry.rights import importable
from registry.staging import Notice
from registry.storing import sum_of

ADD, CONFIRM = "registry.add_listimport", "registry.confirm_listimport"


class ReceivingMixin(ImportMixin):
    """The import button of the lists' desk."""

    import_form_class = UploadListForm
    import_formats = FORMATS
    import_template_name = "admin/registry/listimport/import_form.html"

    def has_import_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(ADD))

    def add_view(self, request: HttpRequest, *_where: Any, **_more: Any) -> HttpResponseRedirect:
        """Lists are not typed in: "add" leads to the import."""
        require(request, ADD)
        return redirect("admin:registry_listimport_import")

    def import_action(self, request: HttpRequest, **_more: Any) -> HttpResponse:
        """The form; where it is filled in well, the list is staged and its page is the preview."""
        user = require(request, ADD)
        form: UploadListForm = self.create_import_form(request)
        first_import = None
        if request.method == "POST" and form.is_valid():
            stream, file_name = form.content()
            file = ListFile(stream, file_name)
            try:
                return self.take_in(request, file, form.notice_facts(), user)
            except errors.RegistryError as error:
                first_import = _refuse(form, error)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Upload a list"),
            "opts": self.opts,
            "form": form,
            "first_import": first_import,
            "again": form.again,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, [self.import_template_name], context)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The lists, and a word on the files that are not lists yet."""
        counts = Upload.objects.exclude(file="").exclude(state=UploadState.CANCELLED).values_list("state")
        waiting = {"uploads": dict(counts.annotate(Count("pk")))} if self.has_import_permission(request) else {}
        page: HttpResponse = super().changelist_view(request, {**waiting, **(extra_context or {})})
        return page

    def get_import_form_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        words: dict[str, Any] = super().get_import_form_kwargs(request)
        wanted = request.GET.get("again", "")
        again = Upload.objects.filter(pk=int(wanted)).exclude(file="") if _is_number(wanted) else Upload.objects.none()
        return words | {"again": again.first(), "programmes": importable(require(request, ADD))}

    def take_in(self, request: HttpRequest, file: ListFile, notice: Notice, user: User) -> HttpResponseRedirect:
        """Read the list at once, or leave it to a worker; raises a `RegistryError` that the form shows."""
        at_once = settings.LIST_READ_AT_ONCE_KILOBYTES << 10
        if at_once < file.size <= settings.LIST_MAX_MEGABYTES << 20:
            sha256 = sum_of(file.stream)
            importing.refuse_second(sha256=sha256, programme=notice.programme, kind=notice.kind, sheet=notice.sheet)
            file.stream.seek(0)
            return self.hand_over(request, file, notice, user)
        result = ListResource().import_data(
            file, dry_run=True, raise_errors=True, notice=notice, now=timezone.now(), by=user
        )
        return self.process_result(result, request)

    def hand_over(self, request: HttpRequest, file: ListFile, notice: Notice, user: User) -> HttpResponseRedirect:
        """Leave the list to a worker, and show how far it is."""
        with transaction.atomic():
            upload = uploading.receive(
                stream=file.stream, file_name=file.name, notice=notice, now=timezone.now(), by=user
            )
            transaction.on_commit(lambda: _call_a_worker(upload.pk), robust=True)
        return redirect("admin:registry_upload_change", upload.pk)

    @method_decorator(require_POST)
    def process_import(self, request: HttpRequest, **_more: Any) -> HttpResponse:
        """Confirm the staged list that was looked at."""
        given = request.POST.get("list_import", "")
        if not _is_number(given):
            raise PermissionDenied
        response: HttpResponse = self.confirm(request, int(given))
        return response

    def process_result(self, result: ListResult, request: HttpRequest) -> HttpResponseRedirect:
        self.generate_log_entries(result, request)
        confirms = request.user.has_perm(CONFIRM) and not settings.CONFIRM_NEEDS_SECOND_PERSON
        messages.success(
            request,
            _("The list was read. Look it through, then confirm or reject it.")
            if confirms
            else _("The list was read. Look it through and correct it, then leave it to a checker to confirm."),
        )
        listed = result.list_import
        return redirect("admin:registry_listimport_change", listed.pk if listed else 0)

    def generate_log_entries(self, result: ListResult, request: HttpRequest) -> None:
        """One entry for the list, none for each of its rows."""
        self.log_addition(request, result.list_import, _("Uploaded."))


def _is_number(text: str) -> bool:
    """Whether the text can be the id of a row."""
    return text.isascii() and text.isdecimal() and len(text) < 19


def _call_a_worker(upload_id: int) -> None:
    """By its name: the tasks are another face. Where the broker is away, the next sweep finds the upload."""
    current_app.send_task("registry.read_upload", [upload_id])


def _refuse(form: UploadListForm, error: errors.RegistryError) -> ListImport | None:
    """Say at the right field why the list was refused; returns the import that it repeats, if it does."""
    at_sheet = isinstance(error, errors.NoSuchSheet | errors.SheetNeeded)
    again = _(" Choose the file again as well.") if at_sheet and form.cleaned_data["file"] else ""
    form.add_error("sheet" if at_sheet else form.source, f"{error}{again}")
    if isinstance(error, errors.AlreadyImported):
        return ListImport.objects.filter(pk=error.import_id).first()
    return None
