"""Half-yearly evaluations: asked for, read on the desk, downloaded as workbook or paper. Nobody edits one."""

from typing import Any

from celery import current_app
from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from financing import evaluating
from financing.errors import FinancingError
from financing.halves import finished_half
from financing.models import Evaluation, EvaluationPaper, PaperKind
from financing.report import report
from pushes.admin.showing import ShownAdmin, require

VIEW, MAKE = "financing.view_evaluation", "financing.make_evaluation"
_MIME = {
    PaperKind.WORKBOOK: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    PaperKind.PRINT: "application/pdf",
}
_MINUTE = "%Y-%m-%dT%H:%M"
_SHOWN = 2  # sections of the report on the desk: the whole is in its papers


class EvaluationForm(forms.Form):
    """Of which half year, as known at which moment."""

    half = forms.CharField(label=_("half year"), max_length=6, help_text=_("Such as 2026H1."))
    known_by = forms.DateTimeField(
        label=_("as known at"), required=False, input_formats=[_MINUTE, f"{_MINUTE}:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MINUTE),
        help_text=_("Empty means now: what was settled ten minutes ago."),
    )  # fmt: skip


@admin.register(Evaluation)
class EvaluationAdmin(ShownAdmin):
    fields = ["half", "version", "known_by", "asked_at", "asked_by", "made_at", "digest"]
    list_display = ["label_of", "known_by", "made_at", "asked_by"]
    list_filter = ["half"]
    list_select_related = ["asked_by"]

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        paper = wrap(require_safe(self.paper))
        return [
            path("make/", wrap(require_POST(self.make)), name="financing_evaluation_make"),
            *(
                path(f"<int:pk>/{kind}/", paper, {"kind": kind}, f"financing_evaluation_{kind}")
                for kind in PaperKind.values
            ),
            *super().get_urls(),
        ]

    @admin.display(description=_("half-yearly evaluation"), ordering="half")
    def label_of(self, evaluation: Evaluation) -> str:
        return evaluation.label

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        form = EvaluationForm(initial={"half": finished_half(timezone.localdate())})
        more = {"may_make": request.user.has_perm(MAKE), "make_form": form}
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        found = self.get_object(request, object_id)
        more: dict[str, Any] = {}
        if isinstance(found, Evaluation) and found.made_at and self.has_view_permission(request, found):
            told = report(found.document, version=found.version, digest=found.digest)
            more = {
                "told": told,
                "sections": told.sections[:_SHOWN],
                "papers": [_linked(paper) for paper in found.papers.all()],
            }
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def make(self, request: HttpRequest) -> HttpResponse:
        """Ask for the next version; a worker makes it."""
        by = require(request, MAKE)
        form = EvaluationForm(request.POST)
        if not form.is_valid():
            messages.error(request, _now("Give a half year such as 2026H1 and, if any, a moment. Nothing was done."))
            return redirect("admin:financing_evaluation_changelist")
        asked = form.cleaned_data
        try:
            with transaction.atomic():
                made = evaluating.ask(half=asked["half"], known_by=asked["known_by"], now=timezone.now(), by=by)
                transaction.on_commit(_call_a_worker, robust=True)
        except FinancingError as error:
            messages.error(request, str(error))
            return redirect("admin:financing_evaluation_changelist")
        messages.success(request, _now("%(label)s is being made.") % {"label": made.label})
        return redirect("admin:financing_evaluation_change", made.pk)

    def paper(self, request: HttpRequest, pk: int, kind: str) -> FileResponse:
        """One paper, as it was first written; the log tells who took it."""
        require(request, VIEW)
        paper = get_object_or_404(EvaluationPaper.objects.select_related("evaluation"), evaluation=pk, kind=kind)
        try:
            stream = paper.file.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        name = _now("financing evaluation %(label)s") % {"label": paper.evaluation.label}
        return FileResponse(stream, as_attachment=True, filename=f"{name}.{kind}", content_type=_MIME[PaperKind(kind)])


def _linked(paper: EvaluationPaper) -> dict[str, Any]:
    """The paper for the page, with the name of its address."""
    return {
        "address": f"admin:financing_evaluation_{paper.kind}", "name": paper.get_kind_display(), "size": paper.size,
        "sha256": paper.sha256,
    }  # fmt: skip


def _call_a_worker() -> None:
    """By its name: the tasks are another face. Where the broker is away, the next sweep finds it."""
    current_app.send_task("financing.make_evaluations")
