"""Editions: what each holds, what changed and why, and the seal."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from enterprises import editions, errors
from enterprises.admin.changes import readable
from enterprises.delta import Difference
from enterprises.models import Edition, EditionChange, EditionState
from registry.admin.read_only import ReadOnlyAdmin, reason_of, require
from registry.forms import ReasonForm
from registry.queries import programme_names, sources

SEAL = "enterprises.seal_edition"
CHANGES_SHOWN = 50


@admin.register(Edition)
class EditionAdmin(ReadOnlyAdmin):
    list_display = ("label", "state", "as_of", "members", "added", "removed", "changed", "sealed_at")
    list_filter = ("state",)

    def get_urls(self) -> list[URLPattern]:
        steps = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(require_POST(view)),
                name=f"enterprises_edition_{name}",
            )
            for name, view in (("seal", self.seal), ("withdraw", self.withdraw))
        ]
        return [*steps, *super().get_urls()]

    @admin.display(description=gettext_lazy("edition"), ordering="quarter")
    def label(self, edition: Edition) -> str:
        return edition.label

    def page(self, request: HttpRequest, obj: Edition) -> dict[str, Any]:
        names = programme_names()
        counts = [(names[code], obj.by_programme[code]) for code in names if code in obj.by_programme]
        changes = list(EditionChange.objects.filter(edition=obj).order_by("public_id")[:CHANGES_SHOWN])
        known = sources(cause["source"] for change in changes for cause in change.causes)
        return {
            "title": obj.label,
            "subtitle": "",
            "by_programme": counts,
            "changes": [
                readable(Difference(change.before, change.after), change.causes, names, known) for change in changes
            ],
            "all_changes": obj.added + obj.removed + obj.changed,
            "may_seal": request.user.has_perm(SEAL),
            "states": EditionState,
            "reason_form": ReasonForm(auto_id="%s"),
        }

    def seal(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._step(request, pk, editions.seal, _("Sealed. Its packages go to the institutions."))

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        require(request, SEAL)
        reason = reason_of(request)
        if not reason:
            return redirect("admin:enterprises_edition_change", pk)
        return self._step(request, pk, editions.withdraw, _("Withdrawn. The quarter may be cut anew."), reason=reason)

    def _step(
        self, request: HttpRequest, pk: int, act: Callable[..., Edition], done: str, **words: str
    ) -> HttpResponse:
        user = require(request, SEAL)
        edition = get_object_or_404(Edition, pk=pk)
        return self.take(
            request,
            edition,
            lambda: act(edition=edition, now=timezone.now(), by=user, **words),
            done=done,
            expected=errors.EnterprisesError,
        )
