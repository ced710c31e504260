"""When the pool was rebuilt, and what came out; what a list would do to it."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises import errors
from enterprises.admin.changes import readable_all
from enterprises.foreseeing import foresee
from enterprises.models import PoolRebuild
from enterprises.wording import ROW_EFFECTS
from registry.admin.read_only import ReadOnlyAdmin, require
from registry.models import ImportState, ListImport
from registry.queries import programme_names

VIEW_LIST, VIEW_POOL = "registry.view_listimport", "enterprises.view_poolrebuild"


@admin.register(PoolRebuild)
class PoolRebuildAdmin(ReadOnlyAdmin):
    list_display = ("as_of", "members", "recognitions", "known_by", "built_at")

    def get_urls(self) -> list[URLPattern]:
        effect = path("effect/<int:pk>/", self.admin_site.admin_view(self.effect), name="enterprises_effect")
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
