"""What an invitation's link opens: a page that says to what, and asks for a password. It needs no account.

Law: looking uses nothing up; a link that is not good is told in the same words, whatever it lacks.
"""

from allauth.account.utils import perform_login
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from pushes import inviting
from pushes.errors import AddressTaken, InvitationOver
from pushes.forms import PasswordsForm
from pushes.models import Invitation


@never_cache
@sensitive_post_parameters("password1", "password2")
def invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show it, or accept it."""
    try:
        response = _answer(request, token)
    except InvitationOver as error:
        response = _refused(request, error, 404)
    except AddressTaken as error:
        response = _refused(request, error, 409)
    response["Referrer-Policy"] = "strict-origin"  # the token stands in the address
    return response


def _answer(request: HttpRequest, token: str) -> HttpResponseBase:
    now = timezone.now()
    found = inviting.opened(token=token, now=now)
    posted = request.POST if request.method == "POST" else None
    form = PasswordsForm(posted, user=inviting.account(found))
    if posted is None or not form.is_valid():
        return _page(request, found, form)
    user = inviting.accept(token=token, password=form.cleaned_data["password1"], now=now)
    logout(request)  # whoever had the page open may be somebody else
    signed_in: HttpResponseBase = perform_login(
        request, user, email=found.email, redirect_url=reverse("pushes:editions")
    )
    return signed_in


def _page(request: HttpRequest, found: Invitation, form: PasswordsForm) -> HttpResponse:
    context = {"invitation": found, "form": form}
    return render(request, "pushes/invitation.html", context)  # 200 though refused: an error's address is logged


def _refused(request: HttpRequest, error: Exception, status: int) -> HttpResponse:
    return render(request, "pushes/invitation_refused.html", {"reason": error}, status=status)
