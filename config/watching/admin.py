"""The state of the system at the bureau's desk. Law: seen by whoever looks after it, changed by nobody."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from config.keeping.models import KeepingRun
from config.seen_only import SeenOnly
from config.watching import troubles
from config.watching.models import Trouble

SEE = "watching.see_system"
_SHOWN = 20


@admin.register(Trouble)
class StateAdmin(SeenOnly):
    """One page in place of a list: how everything stands now, and what was amiss lately."""

    def has_view_permission(self, request: HttpRequest, obj: Trouble | None = None) -> bool:
        return bool(request.user.has_perm(SEE))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(SEE))

    def get_urls(self) -> list[URLPattern]:
        return [path("", self.admin_site.admin_view(self.changelist_view), name="watching_trouble_changelist")]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        now = timezone.now()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("State of the system"),
            "facts": troubles.everything(now),
            "now": now,
            "open": Trouble.objects.filter(ended_at=None),
            "past": Trouble.objects.filter(ended_at__isnull=False)[:_SHOWN],
            "runs": KeepingRun.objects.all()[:_SHOWN],
        }
        return TemplateResponse(request, "admin/watching/state.html", context)
