"""The room of the agreed cut: what it is, what it was, and the bureau asked for another.

Law: what was agreed is read only here; a request changes nothing by itself.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from pushes import requesting
from pushes.access import Access
from pushes.errors import PushesError
from pushes.models import Profile, ProfileRequest, RequestKind, RequestState, Role
from pushes.portal.entering import institution_door, institution_page, least, person
from pushes.portal.forms import RequestForm
from pushes.portal.terming import Line, Names, differing, lines, names

REQUESTS_SHOWN = 10


class Version(NamedTuple):
    """A version of the profile, and the lines in which it differs from the one before, which are all of the first."""

    profile: Profile
    lines: Sequence[Line]


class Asked(NamedTuple):
    """A request, and the lines in which it differs from what was agreed when it was looked at."""

    request: ProfileRequest
    lines: Sequence[Line]


@institution_page
def profile(request: HttpRequest, access: Access) -> HttpResponseBase:
    """The agreed cut in words, every version of it, and what was asked for."""
    known, called = list(access.profiles()), names()
    versions = [
        Version(one, differing(requesting.terms_of(before), requesting.terms_of(one), called))
        for one, before in pairwise(known)
    ]
    asked = access.requests().filter(kind=RequestKind.PROFILE)[:REQUESTS_SHOWN]
    context = {
        "institution": access.institution,
        "profile": known[0] if known else None,
        "lines": lines(requesting.terms_of(known[0]), called) if known else [],
        "versions": [*versions, *(Version(one, []) for one in known[-1:])],
        "requests": [Asked(one, _lines(one, known, called)) for one in asked],
        "waits": any(one.state == RequestState.OPEN for one in asked),
        "may_ask": access.may(Role.OPERATOR),
        "operators": Role.OPERATOR.label,
    }
    return render(request, "pushes/profile.html", context)


@institution_door
@least(Role.OPERATOR)
def ask(request: HttpRequest, access: Access) -> HttpResponseBase:
    """The form for another cut, filled with the agreed one; posted, it goes to the bureau."""
    agreed = access.profiles().first()
    initial: Mapping[str, Any] = requesting.terms_of(agreed) if agreed else {}
    form = RequestForm(request.POST or None, initial=dict(initial))
    if request.method == "POST" and form.is_valid() and _sent(request, access, form):
        return redirect("pushes:profile")
    context = {"institution": access.institution, "form": form, "agreed": agreed}
    return render(request, "pushes/profile_ask.html", context)


def _sent(request: HttpRequest, access: Access, form: RequestForm) -> bool:
    typed = form.cleaned_data
    try:
        requesting.ask_for_profile(
            institution=access.institution,
            programmes=typed["programmes"],
            districts=typed["districts"],
            include_name_only=typed["include_name_only"],
            columns=typed["columns"],
            formats=typed["formats"],
            annexes=typed.get("annexes", ()),
            reason=typed["reason"],
            by=person(request),
            now=timezone.now(),
        )
    except PushesError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("The bureau was asked. Its answer stands here, and comes by mail to your contacts."))
    return True


def _lines(asked: ProfileRequest, known: Sequence[Profile], called: Names) -> Sequence[Line]:
    """What the request would change: of an open one against today's cut; of others, against the cut of that day."""
    then = next((one for one in known if one.agreed_at <= asked.at), None)
    if asked.wanted is None:
        return []
    return differing(requesting.terms_of(then), asked.wanted, called) if then else lines(asked.wanted, called)
