"""Enterprises with all that is held of them, and the decisions behind it."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from enterprises import errors
from enterprises.advising import Advice, advice
from enterprises.chronicling import KINDS, story
from enterprises.forms import AsOfForm
from enterprises.looking_up import find
from enterprises.models import Enterprise, InnovationScore, Recognition, RecognitionState
from enterprises.pool_figures import SOON, ending
from enterprises.remembering import common
from enterprises.resources import EnterpriseResource
from enterprises.tracing import trace
from enterprises.wording import FIELDS
from registry.admin.exporting import SafeExportMixin
from registry.admin.read_only import ReadOnlyAdmin, matching, require
from registry.models import ProgrammeKind
from registry.queries import indicator_columns, programme_names, recognition_names, sources

VIEW = "enterprises.view_enterprise"
VIEW_OBJECTION = "enterprises.view_objection"
_PAGES = {  # steps of the story lead there, for whoever may look
    "registry_entry": "registry.view_entry",
    "registry_listimport": "registry.view_listimport",
    "enterprises_matchdecision": "enterprises.view_matchdecision",
    "enterprises_objection": VIEW_OBJECTION,
    "enterprises_edition": "enterprises.view_edition",
}
_SHOWN = 100  # rows of each table on an enterprise's page


class InPoolFilter(admin.SimpleListFilter):
    title = _("today's pool")
    parameter_name = "pool"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("in", _("in the pool")), ("out", _("not in the pool"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Enterprise]) -> QuerySet[Enterprise]:
        if self.value() in ("in", "out"):
            return queryset.filter(membership__isnull=self.value() == "out")
        return queryset


class ProgrammeFilter(admin.SimpleListFilter):
    """Who is in today's pool by a programme."""

    title = _("in today's pool by")
    parameter_name = "programme"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(recognition_names().items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Enterprise]) -> QuerySet[Enterprise]:
        return queryset.filter(membership__programmes__contains=[self.value()]) if self.value() else queryset


class EndsFilter(admin.SimpleListFilter):
    """Whose recognition, one that counts today, ends soon."""

    title = _("a recognition ends")
    parameter_name = "ends"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(days), _("within %(days)s days") % {"days": days}) for days in SOON]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Enterprise]) -> QuerySet[Enterprise]:
        if self.value() not in [str(days) for days in SOON]:
            return queryset
        today = timezone.localdate()
        soon = Recognition.objects.filter(ending(today, today + timedelta(days=int(self.value() or 0))))
        return queryset.filter(Exists(soon.filter(enterprise=OuterRef("pk"))))


@admin.register(Enterprise)
class EnterpriseAdmin(SafeExportMixin, ReadOnlyAdmin):
    resource_classes = [EnterpriseResource]
    list_display = ("name", "in_pool", "uscc", "district", "public_id")
    list_filter = (InPoolFilter, ProgrammeFilter, EndsFilter, "in_scope", "district")
    sortable_by = ("uscc", "public_id")
    list_select_related = ("district", "membership")
    search_fields = ("name", "uscc", "public_id")
    search_help_text = _("Part of a name, two signs or more; a credit code or public id in full.")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Enterprise], search_term: str
    ) -> tuple[QuerySet[Enterprise], bool]:
        return matching(queryset, search_term, codes=("uscc", "public_id")), False

    def get_urls(self) -> list[URLPattern]:
        state = path(
            "<int:pk>/state/", self.admin_site.admin_view(require_safe(self.state)), name="enterprises_enterprise_state"
        )
        return [state, *super().get_urls()]

    def state(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The enterprise on any day, as known at any moment, each value with its line."""
        require(request, VIEW)
        enterprise = get_object_or_404(Enterprise, pk=pk)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": _("State on a day"),
            "subtitle": enterprise.name,
            "opts": Enterprise._meta,
            "enterprise": enterprise,
            **self._on_a_day(request, enterprise, always=True),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/enterprises/enterprise/state.html", context)

    def _on_a_day(self, request: HttpRequest, enterprise: Enterprise, *, always: bool = False) -> dict[str, Any]:
        """The question for a day, and its answer where it was asked."""
        now = timezone.now()
        asked = "as_of" in request.GET
        initial = {"as_of": timezone.localdate(now), "known_by": localtime(now)}
        form = AsOfForm(request.GET if asked else None, initial=initial)
        if not asked and not always:
            return {"form": form}
        told = form.cleaned_data if form.is_valid() else {}
        day, moment = told.get("as_of") or timezone.localdate(now), told.get("known_by") or now
        return {"form": form, **self._traced(request, enterprise, day, moment)}

    def _traced(self, request: HttpRequest, enterprise: Enterprise, as_of: date, known_by: datetime) -> dict[str, Any]:
        try:
            traced = trace(enterprise=enterprise, as_of=as_of, known_by=known_by)
        except errors.EnterprisesError as error:
            messages.error(request, str(error))
            return {}
        names = programme_names()
        told = [cell.source for cell in traced.cells]
        told += [source for one in traced.recognitions for source in (one.source, one.extends, one.ended_source)]
        known = sources(filter(None, told))

        def cited(source: str) -> str:
            reference, _hash, row = source.partition("#")
            return (
                f"{known[reference].title} {_('row %(row)s') % {'row': row}}" if reference in known and row else source
            )

        return {
            "as_of": as_of,
            "known_by": known_by,
            "trace": traced,
            "cells": [(FIELDS[cell.field], cell.value, cited(cell.source)) for cell in traced.cells],
            "traced_recognitions": [
                (
                    names.get(one.programme, one.programme),
                    one,
                    RecognitionState(one.state).label,
                    *map(cited, (one.source, one.extends, one.ended_source)),
                )
                for one in traced.recognitions
            ],
        }

    @admin.display(description=_("in today's pool"), boolean=True)
    def in_pool(self, enterprise: Enterprise) -> bool:
        return hasattr(enterprise, "membership")

    def page(self, request: HttpRequest, obj: Enterprise) -> dict[str, Any]:
        held = obj.recognitions.select_related("programme", "entry__list_import")
        held = held.order_by("programme__position", "-valid_from", "pk")
        of_recognitions = Q(programme__kind=ProgrammeKind.RECOGNITION)
        recognitions, listed = list(held.filter(of_recognitions)[:_SHOWN]), list(held.exclude(of_recognitions)[:_SHOWN])
        known = sources(one.ended_source for one in (*recognitions, *listed))
        names = programme_names()
        told = story(obj, with_objections=request.user.has_perm(VIEW_OBJECTION))
        kind = request.GET.get("show", "")
        counts = Counter(step.kind for step in told.steps)
        return {
            "title": obj.name,
            "subtitle": "",
            "now": _standing(obj),
            "findings": obj.findings.select_related("programme").order_by("kind", "programme", "pk")[:_SHOWN],
            "recognitions": [(one, known.get(one.ended_source.partition("#")[0])) for one in recognitions],
            "listed": [(one, known.get(one.ended_source.partition("#")[0])) for one in listed],
            "scores": _scores(obj),
            "merged": obj.merged.order_by("pk")[:_SHOWN],
            "borne": told.borne,
            "former_names": obj.former_names.select_related("entry__list_import").order_by("-until"),
            "steps": [step for step in told.steps if step.kind == kind] if kind in KINDS else told.steps,
            "is_cut": told.is_cut,
            "opened": {page for page, permission in _PAGES.items() if request.user.has_perm(permission)},
            "kinds": [(code, words, counts[code]) for code, words in KINDS.items() if counts[code]],
            "shown": kind if kind in KINDS else "",
            "all_steps": len(told.steps),
            **self._on_a_day(request, obj),
            "editions": [
                (row, [names.get(code, code) for code in row.programmes])
                for row in obj.editions.select_related("edition")
                .defer("recognitions")
                .order_by("-edition__quarter", "-edition__version")[:_SHOWN]
            ],
        }


def _standing(enterprise: Enterprise) -> Advice | None:
    """How it stands now, in the words of the look-up; none where no list names it any more."""
    known = common()
    found = [one for one in find(enterprise.public_id).found if one.public_id == enterprise.public_id]
    return advice(found[0], known, timezone.localdate()) if found else None


def _scores(enterprise: Enterprise) -> list[tuple[InnovationScore, str, list[tuple[str, str]]]]:
    """Its innovation points by year, the latest first, each with its total and its indicators as people write them."""
    found = list(
        enterprise.scores.select_related("programme", "entry__list_import").order_by("programme__position", "-year")[
            :_SHOWN
        ]
    )
    called = indicator_columns({one.programme.code for one in found}) if found else {}
    return [
        (
            one,
            "" if one.total is None else f"{one.total.normalize():f}",
            [
                (column.name, f"{one.values[code]}{column.unit}")
                for (programme, code), column in called.items()
                if programme == one.programme.code and code in one.values
            ],
        )
        for one in found
    ]
