"""Subsidy sheets: made, looked through line by line, submitted, approved by another, taken away as a workbook."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from financing.admin.showing import take
from financing.admin.subsidy_claims import WORKBOOK
from financing.admin.subsidy_forms import ReasonForm, SheetForm
from financing.errors import FinancingError
from financing.models import SheetState, SubsidySheet
from financing.models.subsidy_sheet import IN_WORK
from financing.subsidies import approving, drawing_up, writing
from financing.subsidies.capitals import in_capitals
from pushes.admin.showing import ShownAdmin, require

VIEW, ADD, APPROVE = "financing.view_subsidysheet", "financing.add_subsidysheet", "financing.approve_subsidysheet"
LINES_SHOWN = 50


@admin.register(SubsidySheet)
class SubsidySheetAdmin(ShownAdmin):
    fields = ("subsidy",)  # the page is a template of its own
    list_display = ("__str__", "state", "total", "known_by", "made_by", "approved_by", "approved_at")
    list_filter = ("state", "subsidy", "year")
    list_select_related = ("subsidy", "made_by", "approved_by")
    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm(ADD))

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        steps = {
            "compute": self.compute, "leave_out": self.leave_out, "take_in": self.take_in, "drop": self.drop,
            "submit": self.submit, "approve": self.approve, "send_back": self.send_back,
        }  # fmt: skip
        return [
            *(
                path(
                    f"<int:pk>/{name.replace('_', '-')}/",
                    wrap(require_POST(step)),
                    name=f"financing_subsidysheet_{name}",
                )
                for name, step in steps.items()
            ),
            path("<int:pk>/sheet.xlsx", wrap(require_safe(self.workbook)), name="financing_subsidysheet_workbook"),
            *super().get_urls(),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        by = require(request, ADD)
        form = SheetForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                made = drawing_up.make(**form.cleaned_data, now=timezone.now(), by=by)
            except FinancingError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Computed. Look through its lines, then submit it."))
                return redirect("admin:financing_subsidysheet_change", made.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Make a subsidy sheet"),
            "form": form,
        }
        return TemplateResponse(request, "admin/financing/subsidysheet/add.html", context)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        sheet = self.get_object(request, object_id)
        if sheet is not None and not self.has_view_permission(request, sheet):
            raise PermissionDenied
        told = self._page(request, sheet) if sheet is not None else {}
        return super().change_view(request, object_id, form_url, told | (extra_context or {}))

    def _page(self, request: HttpRequest, sheet: SubsidySheet) -> dict[str, Any]:
        lines = sheet.lines.order_by("number")
        asked = request.GET.get("page", "")
        in_work, waits = sheet.state in IN_WORK, sheet.state == SheetState.SUBMITTED
        return {
            "title": str(sheet),
            "subtitle": "",
            "capitals": in_capitals(sheet.total),
            "lines": Paginator(lines, LINES_SHOWN).get_page(asked),
            "counted": lines.count(),
            "doubtful": lines.filter(member=False).exclude(cut="excluded").count(),
            "may_work": in_work and request.user.has_perm(ADD),
            "may_approve": waits and request.user.has_perm(APPROVE),
            "made_it": waits and settings.CONFIRM_NEEDS_SECOND_PERSON and request.user.pk in approving.makers(sheet),
            "states": SheetState,
            "reason_form": ReasonForm(auto_id="%s"),
        }

    def compute(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._step(request, pk, ADD, drawing_up.compute_anew, _("Computed anew, as known now."))

    def leave_out(self, request: HttpRequest, pk: int) -> HttpResponse:
        done = _("Left out, with the reason on record. All lines were computed anew.")
        return self._step(request, pk, ADD, drawing_up.leave_out, done, key=_key(request), reason=_reason(request))

    def take_in(self, request: HttpRequest, pk: int) -> HttpResponse:
        done = _("The line counts again. All lines were computed anew.")
        return self._step(request, pk, ADD, drawing_up.take_in_again, done, key=_key(request))

    def drop(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._step(request, pk, ADD, drawing_up.drop, _("Dropped. It stays on record."))

    def submit(self, request: HttpRequest, pk: int) -> HttpResponse:
        done = _("Submitted. Send a checker the address of this page.")
        return self._step(request, pk, ADD, approving.submit, done)

    def approve(self, request: HttpRequest, pk: int) -> HttpResponse:
        done = _("Approved. The sheet is final and may be exported.")
        return self._step(request, pk, APPROVE, approving.approve, done, seen=request.POST.get("seen", "")[:64])

    def send_back(self, request: HttpRequest, pk: int) -> HttpResponse:
        done = _("Sent back, with the reason.")
        return self._step(request, pk, APPROVE, approving.send_back, done, reason=_reason(request))

    def workbook(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The sheet to print and sign; the log notes that it was taken away."""
        require(request, VIEW)
        sheet = get_object_or_404(SubsidySheet.objects.select_related("subsidy"), pk=pk)
        name = f"{sheet.subsidy.code}-{sheet.year}-v{sheet.version}.xlsx"
        return HttpResponse(
            writing.written(sheet),
            content_type=WORKBOOK,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def _step(
        self, request: HttpRequest, pk: int, permission: str, act: Callable[..., object], done: str, **words: str
    ) -> HttpResponse:
        by, sheet = require(request, permission), get_object_or_404(SubsidySheet, pk=pk)
        if take(request, lambda: act(sheet=sheet, now=timezone.now(), by=by, **words), done):
            self.log_change(request, sheet, done)
        return redirect("admin:financing_subsidysheet_change", pk)


def _key(request: HttpRequest) -> str:
    return request.POST.get("key", "")[:40]


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "")[:300]
