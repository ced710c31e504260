"""The room of access keys: those with which the institution's machines fetch.

Law: a key is shown once, to whoever made it; what opens nothing any more stays listed.
"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from pushes import renewing
from pushes.access import Access
from pushes.errors import KeyEnded, KeyTooLong
from pushes.models import AccessKey, Role
from pushes.models.secret_event import KEY_ACTS
from pushes.portal import once
from pushes.portal.entering import institution_act, institution_page, lately, least, person
from pushes.portal.forms import OwnKeyForm

EVENTS_SHOWN = 20


@institution_page
@least(Role.ADMINISTRATOR)
def keys(request: HttpRequest, access: Access) -> HttpResponseBase:
    """Every key, and the form for a new one."""
    return _page(request, access)


@institution_act
@least(Role.ADMINISTRATOR)
@lately
def make(request: HttpRequest, access: Access) -> HttpResponseBase:
    """A new key; the answer shows it, and nothing shows it again."""
    form = OwnKeyForm(request.POST)
    if not form.is_valid():
        return _page(request, access, form=form)
    if not once.is_first(request):
        return _sent_before(request)
    typed = form.cleaned_data
    try:
        key, fresh = renewing.make_key(
            institution=access.institution,
            name=typed["name"],
            days=typed["days"],
            scopes=typed["scopes"],
            by=person(request),
            now=timezone.now(),
        )
    except KeyTooLong as error:
        form.add_error("days", str(error))
        return _page(request, access, form=form)
    return _page(request, access, key=key, fresh=fresh)


@institution_act
@least(Role.ADMINISTRATOR)
@lately
def replace(request: HttpRequest, access: Access, prefix: str) -> HttpResponseBase:
    """A key of the same name; the former one still opens for a while."""
    former = _key(access, prefix)
    if not once.is_first(request):
        return _sent_before(request)
    try:
        key, fresh = renewing.replace_key(key=former, by=person(request), now=timezone.now())
    except KeyEnded:
        messages.error(request, _("This key opens nothing any more. Make a new one."))
        return redirect("pushes:api-keys")
    return _page(request, access, key=key, fresh=fresh)


@institution_act
@least(Role.ADMINISTRATOR)
def revoke(request: HttpRequest, access: Access, prefix: str) -> HttpResponseBase:
    """From now on the key opens nothing."""
    renewing.revoke_key(key=_key(access, prefix), by=person(request), now=timezone.now())
    messages.success(request, _("Revoked: from now on this key opens nothing."))
    return redirect("pushes:api-keys")


def _sent_before(request: HttpRequest) -> HttpResponseBase:
    messages.warning(request, _("This was sent already, and nothing more was made. A secret is shown once."))
    return redirect("pushes:api-keys")


def _key(access: Access, prefix: str) -> AccessKey:
    key = access.keys().filter(prefix=prefix).first()
    if key is None:
        raise Http404
    return key


def _page(
    request: HttpRequest,
    access: Access,
    *,
    form: OwnKeyForm | None = None,
    key: AccessKey | None = None,
    fresh: str = "",
) -> HttpResponseBase:
    now, known = timezone.now(), list(access.keys())
    context = {
        "institution": access.institution,
        "valid": [one for one in known if one.is_valid(now)],
        "ended": [one for one in known if not one.is_valid(now)],
        "form": form or OwnKeyForm(),
        "key": key,
        "fresh": fresh,
        "once": once.fresh(),
        "events": access.secret_events().filter(act__in=KEY_ACTS)[:EVENTS_SHOWN],
        "may_rule": True,
    }
    return render(request, "pushes/api_keys.html", context)
