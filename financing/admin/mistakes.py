"""The desk of mistakes that institutions found in an edition: each beside what is held, answered in words.

Law: every answer is an act; nobody is told who reported: whom an institution deals with is its secret.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from enterprises.models import Enterprise
from financing.admin.showing import OfferedLookups, take
from financing.forms import SettleForm
from financing.mistakes import beside
from financing.models import ListMistake, MistakeOutcome
from financing.settling import settle
from pushes.admin.showing import require

SETTLE = "financing.settle_listmistake"


class Way(NamedTuple):
    """Where somebody goes to look further, or to mend what is wrong."""

    words: str
    address: str


@admin.register(ListMistake)
class ListMistakeAdmin(OfferedLookups):
    list_display = ("enterprise", "kind", "says", "edition", "reported_in", "outcome", "settled_by")
    list_filter = ("outcome", "kind", "feedback__delivery__edition")
    list_select_related = ("enterprise", "feedback__delivery__edition", "settled_by")
    search_fields = ("enterprise__name", "enterprise__uscc", "enterprise__public_id")
    search_help_text = _("Part of a name; a credit code or public id in full.")
    change_form_template = "admin/financing/listmistake/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        step = self.admin_site.admin_view(require_POST(self.settle))
        return [path("<int:pk>/settle/", step, name="financing_listmistake_settle"), *super().get_urls()]

    def get_ordering(self, request: HttpRequest) -> tuple[Any, ...]:
        return ("-settled_at", "reported_at", "pk")  # those that are open come first

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ListMistake], search_term: str
    ) -> tuple[QuerySet[ListMistake], bool]:
        """They are few: a name is looked for as it is spelt."""
        text = search_term.strip().replace("\x00", "")
        if not text:
            return queryset, False
        code = text.upper()
        wanted = Q(name__icontains=text) | Q(uscc=code) | Q(public_id=code)
        told = Enterprise.objects.filter(pk__in=ListMistake.objects.values("enterprise")).filter(wanted)
        return queryset.filter(enterprise__in=told), False

    @admin.display(description=_("edition"))
    def edition(self, mistake: ListMistake) -> str:
        return mistake.feedback.delivery.edition.label

    @admin.display(description=_("reported at"))
    def reported_in(self, mistake: ListMistake) -> str:
        """The month: the moment is that of a feedback, of which everybody at the desk sees whose it is."""
        return date_format(timezone.localtime(mistake.reported_at), "Y-m")

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        mistake = self.get_object(request, object_id)
        more = self._page(request, mistake) if mistake and self.has_view_permission(request, mistake) else {}
        return super().change_view(request, object_id, form_url, more | (extra_context or {}))

    def _page(self, request: HttpRequest, mistake: ListMistake) -> dict[str, Any]:
        facts = beside(mistake)
        return {
            "title": mistake.enterprise.name,
            "subtitle": mistake.get_kind_display(),
            "facts": facts,
            "edition": mistake.feedback.delivery.edition,
            "is_open": mistake.outcome == MistakeOutcome.OPEN,
            "may_settle": request.user.has_perm(SETTLE),
            "form": SettleForm(others=facts.others, auto_id="settle-%s"),
            "ways": list(_ways(request, mistake, facts.enterprise)),
        }

    def settle(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Answer it, and those that were ticked beside it."""
        user, mistake = require(request, SETTLE), get_object_or_404(ListMistake, pk=pk)
        form = SettleForm(request.POST, others=beside(mistake).others)
        if not form.is_valid():
            messages.error(request, gettext("Choose an outcome and write a word of at most 300 characters."))
            return redirect("admin:financing_listmistake_change", pk)
        said, along = form.cleaned_data, list(form.cleaned_data["along"])
        done = ngettext("Settled, %(count)s report.", "Settled, %(count)s reports.", 1 + len(along))
        done %= {"count": 1 + len(along)}
        if take(
            request,
            lambda: settle(mistake=mistake, outcome=said["outcome"], words=said["words"], along=along,
                           by=user, now=timezone.now()),
            done,
        ):  # fmt: skip
            for one in (mistake, *along):
                self.log_change(request, one, done)
        return redirect("admin:financing_listmistake_change", pk)


def _ways(request: HttpRequest, mistake: ListMistake, today: Enterprise) -> Iterator[Way]:
    """The pages that show more of the enterprise, and those on which a mistake is mended; as far as one may go."""
    may = request.user.has_perm
    wanted = today.uscc or today.name
    if may("enterprises.view_enterprise"):
        yield Way(gettext("The enterprise's page"), reverse("admin:enterprises_enterprise_change", args=[today.pk]))
    if may("registry.view_entry"):
        yield Way(gettext("Its published lines"), f"{reverse('admin:registry_entry_changelist')}?q={wanted}")
    if may("enterprises.view_objection"):
        address = reverse("admin:enterprises_objection_changelist")
        yield Way(gettext("Its objections"), f"{address}?q={today.public_id}")
    if may("registry.add_listimport"):
        yield Way(gettext("Import a list of renames or revocations"), reverse("admin:registry_listimport_import"))
