"""Claims of subsidies: taken in over django-import-export's import button, looked at, withdrawn.

Law: the library gives button, address and form; reading is the house's own, and a file is taken whole or not at all.
"""

import shutil
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from import_export.admin import ImportMixin
from import_export.formats.base_formats import CSV, XLSX

from enterprises.errors import EnterprisesError
from financing.admin.showing import take
from financing.admin.subsidy_forms import ClaimsForm, ReasonForm
from financing.errors import FinancingError
from financing.models import Subsidy, SubsidyClaim
from financing.subsidies import claim_template, claiming
from financing.subsidies.claim_wording import fault_words
from pushes.admin.showing import ShownAdmin, require
from registry.errors import RegistryError

VIEW, ADD = "financing.view_subsidyclaim", "financing.add_subsidyclaim"
WITHDRAW = "financing.withdraw_subsidyclaim"
FAULTS_SHOWN = 300
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class StandingFilter(admin.SimpleListFilter):
    """Claims that count, or those that were withdrawn."""

    title = gettext_lazy("whether it counts")
    parameter_name = "counts"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("counts")), ("no", _("withdrawn"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() not in ("yes", "no"):
            return queryset
        return queryset.filter(withdrawn_at__isnull=self.value() == "yes")


@admin.register(SubsidyClaim)
class SubsidyClaimAdmin(ImportMixin, ShownAdmin):
    list_display = ("name", "subsidy", "year", "amount", "grade", "happened_on", "proof", "counting")
    list_filter = ("subsidy", "year", StandingFilter)
    list_select_related = ("subsidy",)
    search_fields = ("=code", "=proof_key", "name")
    search_help_text = gettext_lazy("Code, proof, or a part of the name.")
    actions = None
    fields = (
        "subsidy", "year", "name", "code", "enterprise", "institution", "amount", "happened_on", "grade", "proof",
        "remark", "file_name", "sha256", "row_number", "taken_at", "taken_by", "withdrawn_at", "withdrawn_by",
        "withdrawn_reason",
    )  # fmt: skip
    import_form_class = ClaimsForm
    import_formats = (XLSX, CSV)
    import_template_name = "admin/financing/subsidyclaim/import_form.html"
    import_export_change_list_template = "admin/financing/subsidyclaim/change_list.html"

    def has_import_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(ADD))

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        # The library's second step is not walked: a file is taken in as soon as nothing is wrong with it.
        kept = [one for one in super().get_urls() if not str(one.name).endswith("_process_import")]
        return [
            path("template.xlsx", wrap(require_safe(self.template)), name="financing_subsidyclaim_template"),
            path("<int:pk>/withdraw/", wrap(require_POST(self.withdraw)), name="financing_subsidyclaim_withdraw"),
            *kept,
        ]

    @admin.display(description=gettext_lazy("counts"), boolean=True)
    def counting(self, claim: SubsidyClaim) -> bool:
        return claim.withdrawn_at is None

    def import_action(self, request: HttpRequest, **_more: Any) -> HttpResponse:
        """The form; where it is filled in well, the file is taken in, or what is wrong with its rows is shown."""
        user = require(request, ADD)
        form: ClaimsForm = self.create_import_form(request)
        taken = None
        if request.method == "POST" and form.is_valid():
            subsidy, file = form.cleaned_data["subsidy"], form.cleaned_data["file"]
            try:
                taken = _take_in(subsidy, file, user)
            except (FinancingError, RegistryError, EnterprisesError) as error:
                form.add_error("file", str(error))
            if taken and taken.claims:
                return self._taken(request, subsidy, taken)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Take in claims"),
            "opts": self.opts,
            "form": form,
            "taken": taken,
            "faulty": [
                (row.number, row.name, [fault_words(fault) for fault in row.faults])
                for row in islice(taken.faulty, FAULTS_SHOWN)
            ] if taken else [],
        }  # fmt: skip
        request.current_app = self.admin_site.name
        return TemplateResponse(request, [self.import_template_name], context)

    def _taken(self, request: HttpRequest, subsidy: Subsidy, taken: claiming.Taken) -> HttpResponse:
        total = sum(claim.amount or 0 for claim in taken.claims)
        said = _("%(rows)s claims were taken in, of %(total)s yuan together.")
        self.message_user(request, said % {"rows": len(taken.claims), "total": f"{total:,.2f}"})
        address = reverse("admin:financing_subsidyclaim_changelist")
        return redirect(f"{address}?subsidy__id__exact={subsidy.pk}&counts=yes")

    def template(self, request: HttpRequest) -> HttpResponse:
        require(request, VIEW)
        name = "subsidy-claims.xlsx"
        return HttpResponse(
            claim_template.made(),
            content_type=WORKBOOK,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        claim = self.get_object(request, object_id)
        stands = claim is not None and claim.withdrawn_at is None
        told = {
            "may_withdraw": stands and request.user.has_perm(WITHDRAW),
            "reason_form": ReasonForm(auto_id="%s"),
        }
        return super().change_view(request, object_id, form_url, told | (extra_context or {}))

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        by, claim = require(request, WITHDRAW), get_object_or_404(SubsidyClaim, pk=pk)
        reason, done = request.POST.get("reason", "")[:300], _("Withdrawn. It counts in no sheet from now on.")
        if take(request, lambda: claiming.withdraw(claim=claim, reason=reason, now=timezone.now(), by=by), done):
            self.log_change(request, claim, done)
        return redirect("admin:financing_subsidyclaim_change", pk)


def _take_in(subsidy: Subsidy, file: UploadedFile, by: User) -> claiming.Taken:
    with TemporaryDirectory(prefix="claims-") as folder:
        stored = Path(folder) / "claims"
        with stored.open("wb") as target:
            shutil.copyfileobj(file, target)
        return claiming.take_in(subsidy=subsidy, path=stored, file_name=str(file.name), now=timezone.now(), by=by)
