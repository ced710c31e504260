"""The bureau's two acts on packages' passwords, for the list of institutions.

Law: a password is seen once, on the page that answers the act, and nowhere afterwards.
"""

from allauth.account.decorators import reauthentication_required
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pushes import passwords
from pushes.models import Institution

_CONFIRMED = "confirmed"
_lately = method_decorator(reauthentication_required(app="pushes"))


@admin.action(description=_("Give packages a new password"), permissions=["change"])
@_lately
def renew(site: "admin.ModelAdmin[Institution]", request: HttpRequest, chosen: QuerySet[Institution]) -> HttpResponse:
    """Ask first: what the institution was given before opens no later package. Then show the new ones, once."""
    if _CONFIRMED not in request.POST:
        return _page(site, request, chosen, {})
    assert isinstance(request.user, User)  # noqa: S101 - the admin is for signed-in people
    given = {}
    for institution in chosen:
        given[institution] = passwords.renew(institution=institution, by=request.user, now=timezone.now())
        _note(request.user, institution, gettext("Packages were given a new password."))
    return _page(site, request, chosen, given)


@admin.action(description=_("Let packages go without a password"), permissions=["change"])
@_lately
def drop(site: "admin.ModelAdmin[Institution]", request: HttpRequest, chosen: QuerySet[Institution]) -> None:
    """Packages that are fetched from now on are open."""
    assert isinstance(request.user, User)  # noqa: S101 - the admin is for signed-in people
    for institution in chosen:
        if passwords.drop(institution=institution):
            _note(request.user, institution, gettext("The password of packages was taken away."))
    site.message_user(request, gettext("Packages of these institutions go without a password."))


def _note(by: User, institution: Institution, words: str) -> None:
    LogEntry.objects.log_actions(by.pk, [institution], CHANGE, change_message=words, single_object=True)


def _page(
    site: "admin.ModelAdmin[Institution]",
    request: HttpRequest,
    chosen: QuerySet[Institution],
    given: dict[Institution, str],
) -> HttpResponse:
    context = {
        **site.admin_site.each_context(request),
        "title": gettext("Package passwords"),
        "opts": site.model._meta,
        "chosen": chosen.select_related("package_password__set_by"),
        "given": given.items(),
        "checkbox": ACTION_CHECKBOX_NAME,
        "confirmed": _CONFIRMED,
    }
    return TemplateResponse(request, "admin/pushes/institution/passwords.html", context)
