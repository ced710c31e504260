"""An institution's people at the bureau's desk: invited here, or made members by hand; the record, edited by nobody."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from pushes import inviting, people
from pushes.admin.forms import InviteForm, MembershipForm
from pushes.admin.showing import ShownAdmin, lately, require, take
from pushes.errors import PushesError
from pushes.models import Institution, Invitation, Membership, PeopleEvent, PeopleEventKind, Role

ADD = "pushes.add_invitation"


class MembershipInline(admin.TabularInline):
    """By user name: to look through the accounts is not this desk's."""

    model = Membership
    form = MembershipForm
    extra = 0


@admin.register(Invitation)
class InvitationAdmin(ShownAdmin):
    list_display = ["email", "name", "institution", "role", "state_now", "invited_at", "invited_by", "sent_at"]
    list_filter = ["institution"]
    list_select_related = ["institution", "invited_by"]
    search_fields = ["email", "name", "institution__name"]
    fields = [
        "institution", "name", "email", "role", "state_now", "invited_at", "invited_by", "expires_at", "sent_at",
        "due_at", "tries", "failure", "accepted_at", "accepted_by", "withdrawn_at",
    ]  # fmt: skip
    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(ADD)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("pushes.view_invitation") or request.user.has_perm(ADD)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/again/", view(require_POST(self.again)), name="pushes_invitation_again"),
            path("<int:pk>/withdraw/", view(require_POST(self.withdraw)), name="pushes_invitation_withdraw"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("State"))
    def state_now(self, invitation: Invitation) -> str:
        return str(invitation.state(timezone.now()).label)

    @lately
    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Invite somebody; the institution is chosen already where its page led here."""
        by = require(request, ADD)
        form = InviteForm(request.POST or None, initial={"institution": request.GET.get("institution")})
        if request.method == "POST" and form.is_valid():
            typed = form.cleaned_data
            try:
                invitation = inviting.invite(
                    institution=typed["institution"],
                    email=typed["email"],
                    name=typed["name"],
                    role=Role(typed["role"]),
                    by=by,
                    now=timezone.now(),
                )
            except PushesError as error:
                form.add_error("email", str(error))
            else:
                self.log_addition(request, invitation, _("Invited."))
                messages.success(request, _("Invited. The mail goes out within a minute."))
                return redirect("admin:pushes_invitation_change", invitation.pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Invite somebody"),
            "form": form,
        }
        return TemplateResponse(request, "admin/pushes/invitation/add.html", context)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        found = self.get_object(request, object_id)
        waits = isinstance(found, Invitation) and not found.accepted_at and not found.withdrawn_at
        told = {"may_invite": waits and request.user.has_perm(ADD)}
        return super().change_view(request, object_id, form_url, told | (extra_context or {}))

    @lately
    def again(self, request: HttpRequest, pk: int) -> HttpResponse:
        by, invitation = require(request, ADD), get_object_or_404(Invitation, pk=pk)
        words = _("A new link goes out within a minute. The former one opens nothing any more.")
        if take(request, lambda: inviting.send_again(invitation=invitation, by=by, now=timezone.now()), words):
            self.log_change(request, invitation, _("Sent again."))
        return redirect("admin:pushes_invitation_change", pk)

    def withdraw(self, request: HttpRequest, pk: int) -> HttpResponse:
        by, invitation = require(request, ADD), get_object_or_404(Invitation, pk=pk)
        words = _("The invitation is withdrawn.")
        if take(request, lambda: inviting.withdraw(invitation=invitation, by=by, now=timezone.now()), words):
            self.log_change(request, invitation, _("Withdrawn."))
        return redirect("admin:pushes_invitation_change", pk)


@admin.register(PeopleEvent)
class PeopleEventAdmin(ShownAdmin):
    list_display = ["at", "institution", "kind", "who", "detail", "by"]
    list_filter = ["kind", "institution"]
    list_select_related = ["institution", "by"]
    search_fields = ["who", "by__username"]


@reauthentication_required(app="pushes")  # within the page's transaction: what was saved of it goes back
def note_members(request: HttpRequest, institution: Institution, formset: Any) -> None:
    """What the bureau changed by hand is on the same record, and asks for as much proof as an invitation."""
    assert isinstance(request.user, User)  # noqa: S101 - the admin is for signed-in people
    made = [(PeopleEventKind.JOINED, one) for one in formset.new_objects]
    changed = [(PeopleEventKind.ROLE_CHANGED, one) for one, _fields in formset.changed_objects]
    gone = [(PeopleEventKind.REMOVED, one) for one in formset.deleted_objects]
    for kind, member in made + changed + gone:
        people.note(
            institution=institution,
            kind=kind,
            who=member.user.username,
            detail="" if kind == PeopleEventKind.REMOVED else member.get_role_display(),
            by=request.user,
            now=timezone.now(),
        )
