"""The door of the institutions' rooms: who comes in, and as what.

Law: a page sees its institution's rows only, and no browser or proxy keeps a copy.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe

from pushes.access import Access, access_of
from pushes.errors import NoAccess, RoleTooLow
from pushes.models import Role

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
Room = Callable[Concatenate[HttpRequest, Access, P], HttpResponseBase]


def institution_page(view: Room[P]) -> Page[P]:
    """A page for signed-in people of an institution under contract; others learn why it is closed to them."""
    return require_safe(institution_door(view))


def institution_act(view: Room[P]) -> Page[P]:
    """An act of such people, posted from one of these pages."""
    return require_POST(institution_door(view))


def least(role: Role) -> Callable[[Room[P]], Room[P]]:
    """Below `institution_page` or `institution_act`: for people of this role or a higher one."""

    def closed(view: Room[P]) -> Room[P]:
        @wraps(view)
        def room(request: HttpRequest, access: Access, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not access.may(role):
                raise RoleTooLow(str(role.label))
            return view(request, access, *args, **kwargs)

        return room

    return closed


def lately(view: Room[P]) -> Room[P]:
    """Below `least`: for whoever signed in, or gave password or code again, within FRESH_MINUTES; others do it now."""
    closed: Room[P] = reauthentication_required(app="pushes")(view)
    return closed


def institution_door(view: Room[P]) -> Page[P]:
    """What both have in common; by itself for a page that is read and posted to.

    The access lies on the request as `access`, for the frame of the page.
    """

    @_live
    @login_required
    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            access = access_of(request.user, today=timezone.localdate())
            vars(request)["access"] = access
            response = view(request, access, *args, **kwargs)
        except NoAccess as error:
            response = render(request, "pushes/refused.html", {"reason": error}, status=403)
        response["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ["Cookie"])
        return response

    return page


def look_in(request: HttpRequest) -> bool:
    """Of a page that is open to everybody: whether somebody of an institution reads it, who gets the rooms' frame."""
    if not request.user.is_authenticated:
        return False
    try:
        vars(request)["access"] = access_of(request.user, today=timezone.localdate())
    except NoAccess:
        return False
    return True


def _live(page: Page[P]) -> Page[P]:
    """Whoever is not signed in any more has the page loaded anew by its script, instead of a part of the sign-in."""

    @wraps(page)
    def answered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.headers.get("HX-Request") and not request.user.is_authenticated:
            return HttpResponse(status=401, headers={"HX-Refresh": "true", "Cache-Control": "private, no-store"})
        return page(request, *args, **kwargs)

    return answered


def person(request: HttpRequest) -> User:
    """Who is signed in."""
    assert isinstance(request.user, User)  # noqa: S101 - the pages are for signed-in people
    return request.user
