"""The desk of feedback: who has reported on which quarter, and what became of each file that came in.

Law: no line of any of it: what an institution says of an enterprise is its secret. Its sums are the bureau's to see.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from financing.admin.showing import OfferedLookups
from financing.asking import until
from financing.models import Feedback
from financing.reported import overview
from pushes.admin.showing import require

VIEW = "financing.view_feedback"
# What the lines come to, by the name under which a feedback keeps it.
_SUMS = {
    "contacted": _("enterprises contacted"),
    "credit": _("credit lines (10,000 yuan)"),
    "lent": _("lent in the quarter (10,000 yuan)"),
    "balance": _("balance (10,000 yuan)"),
}


class QuarterFilter(admin.SimpleListFilter):
    title = _("quarter")
    parameter_name = "quarter"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        found = Feedback.objects.order_by("-quarter").values_list("quarter", flat=True).distinct()
        return [(one, one) for one in found]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(quarter=self.value()) if self.value() else queryset


@admin.register(Feedback)
class FeedbackAdmin(OfferedLookups):
    list_display = ("institution", "quarter", "state", "lines", "faulty", "way", "received_at", "in_force_at")
    list_filter = ("state", QuarterFilter, "institution")
    list_select_related = ("institution",)
    change_list_template = "admin/financing/feedback/change_list.html"
    change_form_template = "admin/financing/feedback/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(self.overview))
        return [path("overview/", view, name="financing_feedback_overview"), *super().get_urls()]

    def overview(self, request: HttpRequest) -> HttpResponse:
        """Institutions by quarters: who reported, who is late."""
        require(request, VIEW)
        today = timezone.localdate()
        found = overview(today)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Who has reported"),
            "opts": self.opts,
            "found": found,
            "due": [(quarter, until(quarter)) for quarter in found.quarters],
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/financing/feedback/overview.html", context)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        feedback = self.get_object(request, object_id)
        more = self._page(feedback) if feedback and self.has_view_permission(request, feedback) else {}
        return super().change_view(request, object_id, form_url, more | (extra_context or {}))

    def _page(self, feedback: Feedback) -> dict[str, Any]:
        others = Feedback.objects.filter(institution=feedback.institution_id, quarter=feedback.quarter)
        return {
            "title": feedback.institution.name,
            "subtitle": feedback.quarter,
            "sums": [(words, feedback.sums[name]) for name, words in _SUMS.items() if feedback.sums.get(name)],
            "others": others.exclude(pk=feedback.pk).order_by("-received_at"),
        }
