"""Enterprises with all that is held of them, and the decisions behind it."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from enterprises.resources import EnterpriseResource
from enterprises.wording import RULES
from registry.admin.read_only import ReadOnlyAdmin, SafeExportMixin, matching
from registry.models import Entry
from registry.queries import programme_names, sources

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


@admin.register(Enterprise)
class EnterpriseAdmin(SafeExportMixin, ReadOnlyAdmin):
    resource_classes = [EnterpriseResource]
    list_display = ("name", "in_pool", "uscc", "district", "public_id")
    list_filter = (InPoolFilter, "in_scope", "district")
    list_select_related = ("district", "membership")
    search_fields = ("name", "uscc", "public_id")
    search_help_text = _("Part of a name; a credit code or public id in full.")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Enterprise], search_term: str
    ) -> tuple[QuerySet[Enterprise], bool]:
        return matching(queryset, search_term, codes=("uscc", "public_id")), False

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
