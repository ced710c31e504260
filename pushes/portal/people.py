"""The room of people: who has an account, who is invited, and the record. For administrators of the institution.

Law: it reaches its institution's people alone; what an act refuses is told in words.
"""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from pushes import inviting, people
from pushes.access import Access
from pushes.errors import PushesError
from pushes.forms import InvitationForm, RoleForm
from pushes.models import Invitation, Membership, Role
from pushes.portal.entering import institution_act, institution_door, institution_page, lately, least, person

EVENTS_SHOWN = 50


@institution_page
@least(Role.ADMINISTRATOR)
def room(request: HttpRequest, access: Access) -> HttpResponseBase:
    """Who belongs to the institution, and who is asked to."""
    return _room(request, access, InvitationForm())


@institution_act
@least(Role.ADMINISTRATOR)
@lately
def invite(request: HttpRequest, access: Access) -> HttpResponseBase:
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _room(request, access, form, status=422)
    typed = form.cleaned_data
    step = partial(
        inviting.invite,
        institution=access.institution,
        email=typed["email"],
        name=typed["name"],
        role=Role(typed["role"]),
        by=person(request),
        now=timezone.now(),
    )
    return _done(request, step, _("Invited. The mail goes out within a minute."))


@institution_act
@least(Role.ADMINISTRATOR)
@lately
def change_role(request: HttpRequest, access: Access, pk: int) -> HttpResponseBase:
    member, form = _member(access, pk), RoleForm(request.POST)
    if not form.is_valid():
        raise Http404
    role = Role(form.cleaned_data["role"])
    step = partial(people.change_role, member=member, role=role, by=person(request), now=timezone.now())
    return _done(request, step, _("The role is changed."))


@institution_door
@least(Role.ADMINISTRATOR)
@lately
def remove(request: HttpRequest, access: Access, pk: int) -> HttpResponseBase:
    """Ask, then close the account."""
    member = _member(access, pk)
    if request.method != "POST":
        return render(request, "pushes/remove_person.html", {"institution": access.institution, "member": member})
    step = partial(people.remove, member=member, by=person(request), now=timezone.now())
    return _done(request, step, _("The account is closed and signed out everywhere."))


@institution_act
@least(Role.ADMINISTRATOR)
@lately
def invite_again(request: HttpRequest, access: Access, pk: int) -> HttpResponseBase:
    invitation = _invitation(access, pk)
    step = partial(inviting.send_again, invitation=invitation, by=person(request), now=timezone.now())
    return _done(request, step, _("A new link goes out within a minute. The former one opens nothing any more."))


@institution_act
@least(Role.ADMINISTRATOR)
def withdraw(request: HttpRequest, access: Access, pk: int) -> HttpResponseBase:
    invitation = _invitation(access, pk)
    step = partial(inviting.withdraw, invitation=invitation, by=person(request), now=timezone.now())
    return _done(request, step, _("The invitation is withdrawn."))


def _room(request: HttpRequest, access: Access, form: InvitationForm, *, status: int = 200) -> HttpResponseBase:
    now = timezone.now()
    context = {
        "institution": access.institution,
        "people": access.people(),
        "roles": Role.choices,
        "invitations": [(one, one.state(now).label) for one in access.invitations()],
        "events": access.people_events()[:EVENTS_SHOWN],
        "keys_left": access.keys_left(now),
        "form": form,
    }
    return render(request, "pushes/people.html", context, status=status)


def _done(request: HttpRequest, step: Callable[[], object], words: str) -> HttpResponseBase:
    try:
        step()
    except PushesError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, words)
    return redirect("pushes:people")


def _member(access: Access, pk: int) -> Membership:
    try:
        return access.people().select_related("institution").get(pk=pk)
    except Membership.DoesNotExist as error:
        raise Http404 from error


def _invitation(access: Access, pk: int) -> Invitation:
    try:
        return access.invitations().get(pk=pk)
    except Invitation.DoesNotExist as error:
        raise Http404 from error
