"""Editions: what each holds, what changed and why, what guards found, and the seal."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from enterprises import deltas, editions, errors
from enterprises.admin.changes import readable_all
from enterprises.admin.previews import preview_page
from enterprises.delta import Difference
from enterprises.models import (
    ChangeKind,
    Edition,
    EditionAnnex,
    EditionChange,
    EditionKind,
    EditionState,
    GuardResult,
    Level,
    Overruling,
)
from enterprises.urgent import cut_urgent
from registry.admin.read_only import ReadOnlyAdmin, reason_of, require
from registry.forms import ReasonForm
from registry.queries import programme_names

VIEW, SEAL, OVERRULE = "enterprises.view_edition", "enterprises.seal_edition", "enterprises.overrule_edition"
CHANGES_SHOWN = 50
_GRAVEST = (Level.RED, Level.AMBER, Level.GREEN)
_GRAVER_KINDS = (ChangeKind.REMOVED, ChangeKind.CHANGED, ChangeKind.ADDED)


@admin.register(Edition)
class EditionAdmin(ReadOnlyAdmin):
    list_display = ("label", "kind", "state", "as_of", "members", "added", "removed", "changed", "sealed_at")
    list_filter = ("state", "kind")
    sortable_by = None  # they are few

    def get_urls(self) -> list[URLPattern]:
        steps = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(require_POST(view)),
                name=f"enterprises_edition_{name}",
            )
            for name, view in (
                ("seal", self.seal),
                ("withdraw", self.withdraw),
                ("overrule", self.overrule),
                ("recut", self.recut),
            )
        ]
        pages = [
            path(
                "preview/", self.admin_site.admin_view(require_safe(self.preview)), name="enterprises_edition_preview"
            ),
            path("urgent/", self.admin_site.admin_view(require_POST(self.urgent)), name="enterprises_edition_urgent"),
            path(
                "<int:pk>/delta/",
                self.admin_site.admin_view(require_safe(self.delta)),
                name="enterprises_edition_delta",
            ),
        ]
        return [*steps, *pages, *super().get_urls()]

    @admin.display(description=gettext_lazy("edition"), ordering="quarter")
    def label(self, edition: Edition) -> str:
        return edition.label

    def page(self, request: HttpRequest, obj: Edition) -> dict[str, Any]:
        names = programme_names()
        counts = [(names[code], obj.by_programme[code]) for code in names if code in obj.by_programme]
        kind = request.GET.get("kind", "")
        found = EditionChange.objects.filter(edition=obj, **({"kind": kind} if kind in ChangeKind.values else {}))
        # What takes something away first, as `deltas` has it: the kinds' names happen to be in that order, reversed.
        pages = Paginator(found.order_by("-kind", "public_id"), CHANGES_SHOWN).get_page(request.GET.get("page"))
        told = [(Difference(change.before, change.after), change.causes) for change in pages.object_list]
        draft = obj.state == EditionState.DRAFT
        guards = list(GuardResult.objects.filter(edition=obj))
        overruling = Overruling.objects.filter(edition=obj).select_related("by").first()
        red = any(result.level == Level.RED for result in guards)
        return {
            "title": obj.label,
            "subtitle": obj.get_kind_display() if obj.kind == EditionKind.URGENT else "",
            "by_programme": counts,
            "beside": _annex(obj, names) if obj.annex_digest else [],
            "changes": readable_all(told, names),
            "kind": kind,
            "kinds": [(one.value, one.label, getattr(obj, one.value)) for one in _GRAVER_KINDS],
            "all_changes": obj.added + obj.removed + obj.changed,
            "pages": pages,
            "query": f"kind={kind}&" if kind in ChangeKind.values else "",
            "guards": [(level.label, level.value, [one for one in guards if one.level == level]) for level in _GRAVEST],
            "overruling": overruling,
            "waits_for_second": draft and red and not overruling,
            "may_overrule": request.user.has_perm(OVERRULE),
            "made_it": draft and red and not settings.OVERRULE_ALONE and request.user in editions.makers(obj),
            "outdated": draft and not editions.is_current(obj),
            "may_seal": request.user.has_perm(SEAL),
            "may_be_cut_anew": _may_be_cut_anew(obj),
            "holders": import_string(settings.EDITION_HOLDERS)(obj).count() if obj.state == EditionState.SEALED else 0,
            "others": Edition.objects.exclude(pk=obj.pk).exclude(state=EditionState.DRAFT),
            "states": EditionState,
            "reason_form": ReasonForm(auto_id="%s"),
        }

    def seal(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._step(request, pk, editions.seal, _("Sealed. Its packages go to the institutions."))

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A reason, and the box that says whom it reaches: it stops every bank at once."""
        require(request, SEAL)
        reason = reason_of(request)
        if not reason:
            return redirect("admin:enterprises_edition_change", pk)
        if "certain" not in request.POST:
            messages.error(
                request, _("Tick that the institutions are told and nothing brings it back. Nothing was done.")
            )
            return redirect("admin:enterprises_edition_change", pk)
        done = _(
            "Withdrawn. Whoever received it is told within minutes to stop using it. What comes next stands below."
        )
        return self._step(request, pk, editions.withdraw, done, reason=reason)

    def overrule(self, request: HttpRequest, pk: int) -> HttpResponse:
        require(request, OVERRULE)
        reason = reason_of(request)
        if not reason:
            return redirect("admin:enterprises_edition_change", pk)
        done = _("Overruled, with the reason on record. The edition may be sealed now.")
        return self._step(request, pk, editions.overrule, done, permission=OVERRULE, reason=reason)

    def recut(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A draft, or what was withdrawn, is cut again as known now; whoever asks for it is the new one's maker."""
        user = require(request, SEAL)
        before = get_object_or_404(Edition, pk=pk)
        if not _may_be_cut_anew(before):
            raise Http404
        try:
            made = editions.cut(quarter=before.quarter, as_of=before.as_of, now=timezone.now(), by=user)
        except errors.EnterprisesError as error:
            messages.error(request, str(error))
            return redirect("admin:enterprises_edition_change", pk)
        self.log_change(request, made, _("Cut anew."))
        messages.success(request, _("Cut anew."))
        return redirect("admin:enterprises_edition_change", made.pk)

    def urgent(self, request: HttpRequest) -> HttpResponse:
        user = require(request, SEAL)
        try:
            made = cut_urgent(now=timezone.now(), by=user)
        except errors.EnterprisesError as error:
            messages.error(request, str(error))
            return redirect("admin:enterprises_edition_changelist")
        self.log_change(request, made, _("Urgent notice cut."))
        messages.success(request, _("The urgent notice is cut. Look at it, then seal it."))
        return redirect("admin:enterprises_edition_change", made.pk)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        urgent = settings.URGENT_NOTICES and request.user.has_perm(SEAL)
        return super().changelist_view(request, {"may_cut_urgent": urgent, **(extra_context or {})})

    def preview(self, request: HttpRequest) -> HttpResponse:
        require(request, VIEW)
        return preview_page(request, self.admin_site)

    def delta(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What lies between this edition and another one."""
        require(request, VIEW)
        newer = get_object_or_404(Edition, pk=pk)
        chosen = request.GET.get("since", "")
        older = get_object_or_404(Edition, pk=int(chosen) if chosen.isdecimal() and len(chosen) < 10 else 0)
        page = max(1, int(request.GET["page"])) if request.GET.get("page", "").isdecimal() else 1
        try:
            found = deltas.delta(older=older, newer=newer, first=(page - 1) * CHANGES_SHOWN, shown=CHANGES_SHOWN)
        except errors.EnterprisesError as error:
            messages.error(request, str(error))
            return redirect("admin:enterprises_edition_change", pk)
        pages = Paginator(range(found.counts.total()), CHANGES_SHOWN)
        context = {
            **self.admin_site.each_context(request),
            "title": _("%(older)s → %(newer)s") % {"older": older.label, "newer": newer.label},
            "opts": self.opts,
            "found": found,
            "changes": readable_all(found.changes, programme_names()),
            "pages": pages.get_page(page),
            "query": f"since={older.pk}&",
        }
        return TemplateResponse(request, "admin/enterprises/edition/delta.html", context)

    def _step(
        self,
        request: HttpRequest,
        pk: int,
        act: Callable[..., object],
        done: str,
        *,
        permission: str = SEAL,
        **words: str,
    ) -> HttpResponse:
        user = require(request, permission)
        edition = get_object_or_404(Edition, pk=pk)
        return self.take(
            request,
            edition,
            lambda: act(edition=edition, now=timezone.now(), by=user, **words),
            done=done,
            expected=errors.EnterprisesError,
        )


def _may_be_cut_anew(edition: Edition) -> bool:
    """Whether it is a draft, or was withdrawn and neither its quarter nor a later one has another edition since."""
    if edition.kind != EditionKind.QUARTER:
        return False
    since = Edition.objects.exclude(state=EditionState.WITHDRAWN).filter(
        Q(quarter=edition.quarter, kind=EditionKind.QUARTER) | Q(quarter__gt=edition.quarter, state=EditionState.SEALED)
    )
    return edition.state == EditionState.DRAFT or (edition.state == EditionState.WITHDRAWN and not since.exists())


def _annex(edition: Edition, names: dict[str, str]) -> list[tuple[str, int]]:
    """What stands beside the members' records: of how many members, by programme."""
    rows = EditionAnnex.objects.filter(edition=edition).order_by().values_list("programme").annotate(Count("pk"))
    counted = dict(rows)
    order = [*names, *sorted(set(counted).difference(names))]
    return [(names.get(code, code), counted[code]) for code in order if code in counted]
