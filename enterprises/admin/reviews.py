"""The queue of doubtful matches: the published line beside the enterprises that it may speak of."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from enterprises import errors, reviewing
from enterprises.forms import NEW, OTHER, SettleForm
from enterprises.matching.comparing import differing
from enterprises.models import Enterprise, MatchDecision, ReviewItem
from enterprises.wording import REVIEW_CAUSES
from registry.admin.read_only import ReadOnlyAdmin, require
from registry.models import Entry

SETTLE = "enterprises.settle_reviewitem"


class OpenFilter(admin.SimpleListFilter):
    """Open items unless others are asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("open")), ("closed", _("settled")), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        for value, words in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": (self.value() or "open") == value, "query_string": query, "display": words}

    def queryset(self, request: HttpRequest, queryset: QuerySet[ReviewItem]) -> QuerySet[ReviewItem]:
        if self.value() == "all":
            return queryset
        return queryset.filter(closed_at__isnull=self.value() != "closed")


class CauseFilter(admin.SimpleListFilter):
    title = gettext_lazy("cause")
    parameter_name = "cause"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(REVIEW_CAUSES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[ReviewItem]) -> QuerySet[ReviewItem]:
        return queryset.filter(cause=self.value()) if self.value() else queryset


@admin.register(ReviewItem)
class ReviewItemAdmin(ReadOnlyAdmin):
    list_display = ("entry", "cause_words", "programme", "opened_at")
    list_filter = (OpenFilter, CauseFilter)
    list_select_related = ("entry__list_import__programme",)

    def get_urls(self) -> list[URLPattern]:
        steps = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(require_POST(view)),
                name=f"enterprises_reviewitem_{name}",
            )
            for name, view in (("settle", self.settle), ("reopen", self.reopen))
        ]
        return [*steps, *super().get_urls()]

    @admin.display(description=gettext_lazy("programme"))
    def programme(self, item: ReviewItem) -> str:
        return item.entry.list_import.programme.name

    @admin.display(description=gettext_lazy("cause"))
    def cause_words(self, item: ReviewItem) -> str:
        return str(REVIEW_CAUSES.get(item.cause, item.cause))

    def page(self, request: HttpRequest, obj: ReviewItem) -> dict[str, Any]:
        entry = Entry.objects.select_related("list_import__programme", "district").get(pk=obj.entry_id)
        decision = MatchDecision.objects.filter(entry=entry, superseded_at=None).select_related(
            "enterprise", "decided_by"
        )
        candidates = obj.candidates.select_related("district").prefetch_related(
            "former_names", "recognitions__programme"
        )
        settled, may_decide = decision.first(), request.user.has_perm(SETTLE)
        suggests = settled is not None and settled.rule != "person"
        return {
            "title": _("Which enterprise is it?"),
            "subtitle": entry.name,
            "entry": entry,
            "cause": self.cause_words(obj),
            "candidates": [_compared(entry, candidate) for candidate in candidates.order_by("pk")],
            "decision": settled,
            "suggests": suggests,
            "may_reopen": bool(settled and settled.rule == "person" and obj.closed_at and not suggests and may_decide),
            "may_settle": obj.closed_at is None and may_decide,
            "later": _next_after(obj),
            "new": NEW,
            "other": OTHER,
        }

    def settle(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = require(request, SETTLE)
        item = get_object_or_404(ReviewItem, pk=pk)
        form = SettleForm(item, request.POST)
        if not form.is_valid():
            messages.error(request, " ".join(str(error) for errors_of in form.errors.values() for error in errors_of))
            return redirect("admin:enterprises_reviewitem_change", pk)
        return self.take(
            request,
            item,
            lambda: reviewing.settle(item=item, enterprise=form.enterprise, now=timezone.now(), by=user),
            done=_("Settled. The enterprise's names change at once; the pool takes it up at its next rebuild."),
            expected=errors.EnterprisesError,
            then=lambda: _next_after(item),
        )

    def reopen(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take back what a person decided."""
        user = require(request, SETTLE)
        item = get_object_or_404(ReviewItem, pk=pk)
        return self.take(
            request,
            item,
            lambda: reviewing.reopen(item=item, now=timezone.now(), by=user),
            done=_("Open again. The decision stays in the history."),
            expected=errors.EnterprisesError,
        )


def _next_after(item: ReviewItem) -> str:
    """The page of the next open item; the list where none is left."""
    still_open = ReviewItem.objects.filter(closed_at=None).order_by("pk")
    following = still_open.filter(pk__gt=item.pk).first() or still_open.first()
    if following is None:
        return reverse("admin:enterprises_reviewitem_changelist")
    return reverse("admin:enterprises_reviewitem_change", args=[following.pk])


def _compared(entry: Entry, candidate: Enterprise) -> dict[str, Any]:
    """A candidate, and which of its facts agree with the entry's."""
    former = list(candidate.former_names.all())
    recognitions = list(candidate.recognitions.all())
    return {
        "enterprise": candidate,
        "name_parts": differing(entry.name, candidate.name),
        "former_names": former,
        "recognitions": recognitions,
        "same_name": entry.name_key == candidate.name_key,
        "same_code": bool(entry.uscc) and entry.uscc == candidate.uscc,
        "other_code": bool(entry.uscc and candidate.uscc) and entry.uscc != candidate.uscc,
        "same_district": entry.district_id is not None and entry.district_id == candidate.district_id,
        "same_former": {one.pk for one in former if one.name_key in (entry.name_key, entry.former_key)},
        "same_number": {one.pk for one in recognitions if entry.number and one.number == entry.number},
    }
