"""List imports: a file is uploaded, looked at, and let in, refused or taken back."""

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.forms.models import model_to_dict
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from registry import errors, importing, returning
from registry.admin.exporting import SafeExportMixin
from registry.admin.filters import mine_by, period_of
from registry.admin.read_only import ReadOnlyAdmin, reason_of, require
from registry.admin.receiving import ADD, CONFIRM, ReceivingMixin
from registry.forms import AmendForm, ReasonForm
from registry.models import Field, ImportState, ListImport
from registry.previewing import PREVIEW_ROWS, columns_of, first_rows, meanings, problems_of, remarks_of
from registry.resources import ListResource
from registry.rights import importable
from registry.storing import on_disk

_CONFLICTS_SHOWN = 20


@admin.register(ListImport)
class ListImportAdmin(ReceivingMixin, SafeExportMixin, ReadOnlyAdmin):
    fields = ("title",)  # the page is a template of its own
    list_display = (
        "title",
        "programme",
        "notice",
        "published_on",
        "row_count",
        "faulty_count",
        "state",
        "staged_at",
    )
    list_filter = (
        "state",
        mine_by("staged_by", gettext_lazy("staged by")),
        period_of("published_on", gettext_lazy("published")),
        "notice",
        "programme__kind",
        "programme",
    )
    sortable_by = ("published_on", "row_count", "faulty_count", "staged_at")
    list_select_related = ("programme",)
    search_fields = ("title", "document_number", "file_name", "reference")
    search_help_text = gettext_lazy("Title, document number, file name or reference.")

    import_export_change_list_template = "admin/registry/listimport/change_list.html"
    resource_classes = [ListResource]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_import_permission(request)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        steps = [
            path(f"<int:pk>/{name}/", wrap(require_POST(view)), name=f"registry_listimport_{name}")
            for name, view in (
                ("confirm", self.confirm),
                ("withdraw", self.withdraw),
                ("reject", self.reject),
                ("remap", self.remap),
                ("amend", self.amend),
                ("take_back", self.take_back),
            )
        ]
        file = path("<int:pk>/file/", wrap(require_safe(self.file)), name="registry_listimport_file")
        problems = path("<int:pk>/problems/", wrap(require_safe(self.problems)), name="registry_listimport_problems")
        return [*steps, file, problems, *super().get_urls()]

    def page(self, request: HttpRequest, obj: ListImport) -> dict[str, Any]:
        return {
            "title": obj.title,
            "subtitle": "",
            "may_confirm": request.user.has_perm(CONFIRM),
            "not_mine_to_confirm": obj.state == ImportState.STAGED
            and settings.CONFIRM_NEEDS_SECOND_PERSON
            and request.user.pk in importing.makers(obj),
            "may_reject": request.user.has_perm(CONFIRM) or _may_work(request, obj),
            "may_foresee": obj.state != ImportState.REJECTED and request.user.has_perm("enterprises.view_poolrebuild"),
            "reason_form": ReasonForm(auto_id="%s"),
            "may_work": obj.state == ImportState.STAGED and _may_work(request, obj),
            "columns": columns_of(obj),
            "fields": list(meanings(obj.programme).items()),
            "remarks": remarks_of(obj),
            "amend_form": AmendForm(initial=model_to_dict(obj), auto_id="amend_%s"),
            "publisher": obj.publisher or obj.programme.body,
            "problems": problems_of(obj),
            "entries": first_rows(obj),
            "preview_rows": PREVIEW_ROWS,
            "count_differs": obj.declared_count is not None and obj.declared_count != obj.row_count,
            "events": obj.events.select_related("by"),
            "states": ImportState,
        }

    def confirm(self, request: HttpRequest, pk: int) -> HttpResponse:
        done = _("Confirmed. Its rows are tied to enterprises within minutes.")
        return self._step(request, pk, importing.confirm, done, accept_sound="accept_sound" in request.POST)

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._step(request, pk, importing.withdraw, _("Withdrawn. Its rows count no more."), needs_reason=True)

    def reject(self, request: HttpRequest, pk: int) -> HttpResponse:
        """By whoever confirms, or by whoever works on it: a wrong file is taken back without a colleague."""
        if not request.user.has_perm(CONFIRM) and not _may_work(request, get_object_or_404(ListImport, pk=pk)):
            raise PermissionDenied
        done = _("Rejected. The file may be uploaded again.")
        permission = CONFIRM if request.user.has_perm(CONFIRM) else ADD
        return self._step(request, pk, importing.reject, done, needs_reason=True, permission=permission)

    def remap(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Read the list anew with the meanings that staff gave its columns."""
        require(request, ADD)
        listed = get_object_or_404(ListImport, pk=pk)
        before = {column.header: column.field for column in columns_of(listed)}
        known = meanings(listed.programme)
        given = zip(request.POST.getlist("header"), request.POST.getlist("field"), strict=False)
        chosen = {
            header: field or Field.NONE.value
            for header, field in given
            if header in before and field != before[header] and (not field or field in known)
        }
        if not chosen:
            messages.info(request, _("No column was given another meaning. Nothing was done."))
            return redirect("admin:registry_listimport_change", pk)
        done = _("The list was read anew. The choice is remembered for this programme and publisher.")
        return self._step(request, pk, importing.remap, done, permission=ADD, columns=chosen)

    def amend(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put right what is said of the notice."""
        require(request, ADD)
        form = AmendForm(request.POST)
        if not form.is_valid():
            for field, faults in form.errors.items():
                messages.error(request, f"{form.fields[field].label}：{' '.join(map(str, faults))}")
            return redirect("admin:registry_listimport_change", pk)
        done = _("The notice's facts were changed.")
        return self._step(request, pk, importing.amend, done, permission=ADD, facts=form.cleaned_data)

    def problems(self, request: HttpRequest, pk: int) -> FileResponse:
        """The problem rows as a workbook to correct."""
        require(request, "registry.view_listimport")
        listed = get_object_or_404(ListImport, pk=pk)
        stream = BytesIO(returning.problem_workbook(listed))
        return FileResponse(stream, as_attachment=True, filename=f"{Path(listed.file_name).stem}-问题行.xlsx")

    def take_back(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Correct the list by the workbook of its problem rows."""
        user = require(request, ADD)
        listed = get_object_or_404(ListImport, pk=pk)
        upload = request.FILES.get("file")
        if upload is None:
            messages.error(request, _("Choose the corrected workbook first."))
            return redirect("admin:registry_listimport_change", pk)
        with on_disk(upload) as file:
            try:
                back = returning.take_back(
                    list_import=listed, path=file, file_name=str(upload.name), now=timezone.now(), by=user
                )
            except errors.RegistryError as error:
                messages.error(request, str(error))
                return redirect("admin:registry_listimport_change", pk)
        if back.rows:
            done = ngettext(
                "%(rows)s row was corrected and checked anew.",
                "%(rows)s rows were corrected and checked anew.",
                back.rows,
            ) % {"rows": back.rows}
            self.log_change(request, listed, done)
            messages.success(request, done)
        elif not back.conflicts:
            messages.info(request, _("No cell was edited since the download. Nothing was done."))
        if back.conflicts:
            messages.warning(request, _in_words(back.conflicts))
        return redirect("admin:registry_listimport_change", pk)

    def file(self, request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
        """The file as it came, to whoever may see its import."""
        require(request, "registry.view_listimport")
        listed = get_object_or_404(ListImport, pk=pk)
        try:
            stream = listed.file.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        return FileResponse(
            stream, as_attachment=True, filename=listed.file_name, content_type="application/octet-stream"
        )

    def _step(
        self,
        request: HttpRequest,
        pk: int,
        act: Callable[..., None],
        done: str,
        *,
        needs_reason: bool = False,
        permission: str = CONFIRM,
        **words: Any,
    ) -> HttpResponse:
        user = require(request, permission)
        listed = get_object_or_404(ListImport, pk=pk)
        if needs_reason:
            words["reason"] = reason_of(request)
            if not words["reason"]:
                return redirect("admin:registry_listimport_change", pk)
        return self.take(
            request,
            listed,
            lambda: act(list_import=listed, now=timezone.now(), by=user, **words),
            done=done,
            expected=errors.RegistryError,
        )


def _may_work(request: HttpRequest, listed: ListImport) -> bool:
    """Whether its rows and its notice are this person's to correct."""
    user = request.user
    return isinstance(user, User) and user.has_perm(ADD) and importable(user).filter(pk=listed.programme_id).exists()


def _in_words(conflicts: Sequence[returning.Conflict]) -> str:
    """Which cells of the workbook were not taken, so that a person settles each on its row's page."""
    told = [
        _("row %(row)s “%(column)s”: “%(here)s” here, “%(there)s” in the workbook")
        % {"row": one.row_number, "column": one.header, "here": one.here, "there": one.there}
        for one in conflicts[:_CONFLICTS_SHOWN]
    ]
    return _(
        "%(count)s cells were corrected here after the workbook was downloaded, and stay as they are. Where the "
        "workbook is right, correct them on their rows' pages: %(cells)s"
    ) % {"count": len(conflicts), "cells": "；".join(told) + ("…" if len(conflicts) > len(told) else "")}
