"""When the pool was rebuilt, and what came out; what does not add up in it; what a list would do to it."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from enterprises import errors
from enterprises.admin.changes import readable_all
from enterprises.foreseeing import foresee
from enterprises.models import Finding, PoolRebuild
from enterprises.wording import ROW_EFFECTS
from registry.admin.read_only import ReadOnlyAdmin, named, require
from registry.models import ImportState, ListImport
from registry.queries import programme_names

VIEW_LIST, VIEW_POOL = "registry.view_listimport", "enterprises.view_poolrebuild"


@admin.register(PoolRebuild)
class PoolRebuildAdmin(ReadOnlyAdmin):
    list_display = ("as_of", "members", "recognitions", "known_by", "built_at")
    exclude = ("figures",)

    def get_urls(self) -> list[URLPattern]:
        effect = path(
            "effect/<int:pk>/", self.admin_site.admin_view(require_safe(self.effect)), name="enterprises_effect"
        )
        return [effect, *super().get_urls()]

    def effect(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What confirming a list would do to the pool, or withdrawing it."""
        require(request, VIEW_LIST)
        require(request, VIEW_POOL)
        listed = get_object_or_404(ListImport.objects.exclude(state=ImportState.REJECTED), pk=pk)
        try:
            seen = foresee(list_import=listed, now=timezone.now())
        except errors.EnterprisesError as error:
            messages.error(request, str(error))
            return redirect("admin:registry_listimport_change", pk)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": _("What withdrawing it would do") if seen.step == "withdraw" else _("What confirming it would do"),
            "subtitle": listed.title,
            "opts": ListImport._meta,
            "listed": listed,
            "seen": seen,
            "all_changes": seen.counts.total(),
            "rows": [
                (effect, words, seen.rows[effect], seen.examples.get(effect, []))
                for effect, words in ROW_EFFECTS.items()
            ],
            "changes": readable_all(seen.changes, programme_names()),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/enterprises/effect.html", context)


@admin.register(Finding)
class FindingAdmin(ReadOnlyAdmin):
    """What staff should look at; mending it means a list, a rule or a match, never the finding."""

    list_display = ("kind", "programme", "to_enterprise", "to_line")
    list_display_links = None
    list_filter = ("kind", "programme")
    list_select_related = ("programme", "enterprise", "entry__list_import")
    search_fields = ("enterprise__name",)
    search_help_text = gettext_lazy("Part of a name, two signs or more.")
    ordering = ("kind", "pk")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Finding], search_term: str
    ) -> tuple[QuerySet[Finding], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(named(search_term, "enterprise__name_key")), False

    @admin.display(description=gettext_lazy("enterprise"))
    def to_enterprise(self, finding: Finding) -> str:
        address = reverse("admin:enterprises_enterprise_change", args=[finding.enterprise_id])
        return format_html('<a href="{}">{}</a>', address, finding.enterprise.name)

    @admin.display(description=gettext_lazy("published line"))
    def to_line(self, finding: Finding) -> str:
        address = reverse("admin:registry_entry_change", args=[finding.entry_id])
        row = _("row %(row)s") % {"row": finding.entry.row_number}
        return format_html('<a href="{}">{}{}{}</a>', address, finding.entry.list_import.title, _(", "), row)
