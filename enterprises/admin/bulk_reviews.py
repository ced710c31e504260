"""Accepting many doubtful matches of one cause at once, after a sample: the pages and steps of it."""

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from enterprises import bulk_reviewing, errors
from enterprises.assigning import SETTLE
from enterprises.models import ReviewItem, ReviewSample
from enterprises.wording import REVIEW_CAUSES, VERDICTS
from registry.admin.read_only import ReadOnlyAdmin, require

BULK, LOOK = "enterprises.bulk_settle_reviewitem", "enterprises.view_reviewsample"
_EARLIER = 20  # samples that are listed


class BulkMixin(ReadOnlyAdmin):
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        steps = [
            path("bulk/", wrap(require_GET(self.bulk)), name="enterprises_reviewitem_bulk"),
            path("bulk/draw/", wrap(require_POST(self.draw)), name="enterprises_reviewitem_draw"),
            path("sample/<int:pk>/", wrap(require_GET(self.sample)), name="enterprises_reviewitem_sample"),
            path("sample/<int:pk>/accept/", wrap(require_POST(self.accept)), name="enterprises_reviewitem_accept"),
        ]
        return [*steps, *super().get_urls()]

    def has_bulk_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(SETTLE) and request.user.has_perm(BULK)

    def bulk(self, request: HttpRequest) -> HttpResponse:
        """Which causes have matches with one candidate, and which samples were drawn."""
        user = require(request, LOOK)
        open_of = dict(ReviewItem.objects.filter(closed_at=None).order_by().values_list("cause").annotate(Count("pk")))
        causes = [
            (cause, _words(cause), count, bulk_reviewing.acceptable(cause).count(), bulk_reviewing.latest(cause, user))
            for cause, count in sorted(open_of.items(), key=lambda pair: -pair[1])
        ]
        samples = ReviewSample.objects.select_related("drawn_by")[:_EARLIER]
        context = {
            **self._context(request, _("Accept many of one cause")),
            "causes": causes,
            "may_draw": self.has_bulk_permission(request),
            "size": settings.REVIEW_SAMPLE,
            "samples": [(sample, _words(sample.cause)) for sample in samples],
        }
        return TemplateResponse(request, "admin/enterprises/reviewitem/bulk.html", context)

    def draw(self, request: HttpRequest) -> HttpResponse:
        require(request, SETTLE)
        user = require(request, BULK)
        cause = request.POST.get("cause", "")
        try:
            sample = bulk_reviewing.draw(cause=cause, size=settings.REVIEW_SAMPLE, now=timezone.now(), by=user)
        except errors.EnterprisesError as error:
            messages.error(request, str(error))
            return redirect("admin:enterprises_reviewitem_bulk")
        return redirect("admin:enterprises_reviewitem_sample", sample.pk)

    def sample(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What was drawn, how it was judged, and the button if all of it was judged the same."""
        user = require(request, LOOK)
        sample = get_object_or_404(ReviewSample.objects.select_related("drawn_by", "accepted_by"), pk=pk)
        stands = bulk_reviewing.standing(sample)
        filters = quote(f"sample={sample.pk}")
        failed = ReviewItem.objects.select_related("entry").in_bulk([int(one) for one in sample.failures])
        waiting = [item for item, verdict in stands.verdicts if verdict in ("waiting", "unsure")]
        context = {
            **self._context(request, _("A sample of one cause")),
            "sample": sample,
            "cause": _words(sample.cause),
            "stands": stands,
            "verdicts": [(item, verdict, VERDICTS[verdict]) for item, verdict in stands.verdicts],
            "filters": filters,
            "judge": waiting
            and reverse("admin:enterprises_reviewitem_change", args=[waiting[0].pk])
            + f"?_changelist_filters={filters}",
            "is_mine": sample.drawn_by_id == user.pk and self.has_bulk_permission(request),
            "now": min(stands.remaining, bulk_reviewing.AT_ONCE),
            "failures": [(failed[int(one)], why) for one, why in sample.failures.items() if int(one) in failed],
        }
        return TemplateResponse(request, "admin/enterprises/reviewitem/sample.html", context)

    def accept(self, request: HttpRequest, pk: int) -> HttpResponse:
        require(request, SETTLE)
        user = require(request, BULK)
        sample = get_object_or_404(ReviewSample, pk=pk)
        before = sample.accepted, len(sample.failures)
        try:
            done = bulk_reviewing.accept(sample=sample, now=timezone.now(), by=user)
        except errors.EnterprisesError as error:
            messages.error(request, str(error))
        else:
            counts = {"accepted": done.accepted - before[0], "left": len(done.failures) - before[1]}
            if counts["accepted"]:
                messages.success(request, _("%(accepted)s matches were accepted.") % counts)
            if counts["left"]:
                messages.warning(request, _("%(left)s could not be settled and stay open; see below.") % counts)
        return redirect("admin:enterprises_reviewitem_sample", pk)

    def _context(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "title": title, "opts": self.opts}


def _words(cause: str) -> str:
    return str(REVIEW_CAUSES.get(cause, cause))
