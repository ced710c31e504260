"""Enterprises with all that is held of them, and the decisions behind it."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from enterprises import errors
from enterprises.forms import AsOfForm
from enterprises.models import Enterprise, Recognition, RecognitionState
from enterprises.pool_figures import SOON, ending
from enterprises.resources import EnterpriseResource
from enterprises.tracing import trace
from enterprises.wording import FIELDS, RULES
from registry.admin.exporting import SafeExportMixin
from registry.admin.read_only import ReadOnlyAdmin, matching, require
from registry.models import Entry
from registry.queries import programme_names, sources

VIEW = "enterprises.view_enterprise"
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
        return list(programme_names().items())

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
        state = path("<int:pk>/state/", self.admin_site.admin_view(self.state), name="enterprises_enterprise_state")
        return [state, *super().get_urls()]

    def state(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The enterprise on any day, as known at any moment, each value with its line."""
        require(request, VIEW)
        enterprise = get_object_or_404(Enterprise, pk=pk)
        now = timezone.now()
        form = AsOfForm(request.GET or None, initial={"as_of": timezone.localdate(now), "known_by": localtime(now)})
        asked = form.cleaned_data if form.is_valid() else {}
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": _("State on a day"),
            "subtitle": enterprise.name,
            "opts": Enterprise._meta,
            "enterprise": enterprise,
            "form": form,
            "fields": FIELDS,
            **self._traced(
                request, enterprise, asked.get("as_of") or timezone.localdate(now), asked.get("known_by") or now
            ),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/enterprises/enterprise/state.html", context)

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
            "recognitions": [
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
        recognitions = list(
            obj.recognitions.select_related("programme", "entry__list_import").order_by(
                "programme__position", "-valid_from", "pk"
            )[:_SHOWN]
        )
        known = sources(one.ended_source for one in recognitions)
        decisions = list(
            obj.decisions.select_related("entry__list_import", "decided_by").order_by(
                "superseded_at", "-decided_at", "-pk"
            )[:_SHOWN]
        )
        compared = Entry.objects.in_bulk({one.beside for one in decisions if one.beside})
        names = programme_names()
        return {
            "title": obj.name,
            "subtitle": "",
            "in_pool": self.in_pool(obj),
            "findings": obj.findings.select_related("programme").order_by("kind", "programme", "pk")[:_SHOWN],
            "former_names": obj.former_names.select_related("entry__list_import").order_by("-until"),
            "recognitions": [(one, known.get(one.ended_source.partition("#")[0])) for one in recognitions],
            "decisions": [
                (decision, RULES.get(decision.rule, decision.rule), compared.get(decision.beside or 0))
                for decision in decisions
            ],
            "merged": obj.merged.order_by("pk")[:_SHOWN],
            "editions": [
                (row, [names.get(code, code) for code in row.programmes])
                for row in obj.editions.select_related("edition").order_by("-edition__quarter", "-edition__version")[
                    :_SHOWN
                ]
            ],
        }
