"""The bureau's queue of institutions' requests, answered by whoever may; and who did what with secrets, to look at."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pushes import requesting
from pushes.admin.showing import ShownAdmin, require, take
from pushes.forms import AnswerForm
from pushes.models import ProfileRequest, RequestState, SecretEvent
from pushes.portal.terming import differing, lines, names

ANSWER = "pushes.answer_profilerequest"


@admin.register(ProfileRequest)
class ProfileRequestAdmin(ShownAdmin):
    list_display = ["at", "institution", "kind", "by", "state", "answered_by", "answered_at"]
    list_display_links = ["at", "institution"]
    list_filter = ["state", "kind", "institution"]
    list_select_related = ["institution", "by", "answered_by"]
    fields = [
        "institution", "kind", "wish", "channel", "reason", "by", "at",
        "state", "answer", "answered_by", "answered_at", "profile",
    ]  # fmt: skip
    readonly_fields = ["wish"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("pushes.view_profilerequest") or request.user.has_perm(ANSWER))

    def get_urls(self) -> list[URLPattern]:
        steps = {"agree": self.agree, "decline": self.decline}
        return [
            *(
                path(f"<int:pk>/{name}/", self.admin_site.admin_view(require_POST(step)), name=f"pushes_request_{name}")
                for name, step in steps.items()
            ),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("wanted"))
    def wish(self, asked: ProfileRequest) -> str:
        """What would change; the whole of it where there is nothing agreed yet."""
        if asked.wanted is None:
            return gettext("See the reason.")
        called, agreed = names(), asked.institution.profiles.filter(agreed_at__lte=asked.at).first()
        told = differing(requesting.terms_of(agreed), asked.wanted, called) if agreed else lines(asked.wanted, called)
        return "\n".join(
            gettext("%(name)s: %(before)s → %(said)s") % line._asdict() if line.before else f"{line.name}：{line.said}"
            for line in told
        )

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        asked = self.get_object(request, object_id)
        waits = asked is not None and asked.state == RequestState.OPEN and request.user.has_perm(ANSWER)
        told = {"may_answer": waits, "answer_form": AnswerForm(auto_id="%s")}
        return super().change_view(request, object_id, form_url, told | (extra_context or {}))

    def agree(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A wanted cut becomes the next profile; a channel's target is changed by hand, before."""
        by, asked, form = require(request, ANSWER), get_object_or_404(ProfileRequest, pk=pk), AnswerForm(request.POST)
        if not form.is_valid():
            return self._too_long(request, pk)
        answer, done = form.cleaned_data["answer"], _("Agreed. The institution is told by letter.")
        if take(request, lambda: requesting.agree(request=asked, answer=answer, by=by, now=timezone.now()), done):
            self.log_change(request, asked, done)
        return redirect("admin:pushes_profilerequest_change", pk)

    def decline(self, request: HttpRequest, pk: int) -> HttpResponse:
        by, asked, form = require(request, ANSWER), get_object_or_404(ProfileRequest, pk=pk), AnswerForm(request.POST)
        if not form.is_valid():
            return self._too_long(request, pk)
        answer, done = form.cleaned_data["answer"], _("Declined. The institution is told by letter.")
        if take(request, lambda: requesting.decline(request=asked, answer=answer, by=by, now=timezone.now()), done):
            self.log_change(request, asked, done)
        return redirect("admin:pushes_profilerequest_change", pk)

    def _too_long(self, request: HttpRequest, pk: int) -> HttpResponse:
        messages.error(request, _("Give a reason of at most 1000 characters. Nothing was done."))
        return redirect("admin:pushes_profilerequest_change", pk)


@admin.register(SecretEvent)
class SecretEventAdmin(ShownAdmin):
    """Who of the institutions did what with secrets and keys."""

    list_display = ["at", "institution", "act", "subject", "by"]
    list_filter = ["act", "institution"]
    list_select_related = ["institution", "by"]
