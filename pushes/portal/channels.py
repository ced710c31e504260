"""The room of channels: by which ways editions come, tried and kept going by the institution itself.

Law: targets are agreed by contract, and read only here; a secret is shown once, to whoever made it.
"""

from collections.abc import Callable

import asyncssh
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from pushes import renewing, requesting, trying
from pushes.access import Access
from pushes.errors import PushesError
from pushes.models import WITH_SECRETS, Channel, ChannelKind, RequestKind, RequestState, Role
from pushes.portal import once
from pushes.portal.entering import institution_act, institution_page, lately, least, person
from pushes.portal.forms import ServerPasswordForm, WishForm

DELIVERIES_SHOWN, SENDINGS_SHOWN, EVENTS_SHOWN = 3, 5, 20


@institution_page
def channels(request: HttpRequest, access: Access) -> HttpResponseBase:
    """Every channel, its target and state, what went by it last, and what may be done."""
    return _page(request, access)


@institution_act
@least(Role.OPERATOR)
def try_channel(request: HttpRequest, access: Access, kind: str) -> HttpResponseBase:
    """Have a trial sent."""
    channel = _channel(access, kind)
    if channel.kind == ChannelKind.PORTAL:
        raise Http404
    done = _("The trial is sent within a minute. Load this page again: what came of it stands below.")
    by = person(request)
    return _taken(request, lambda: trying.try_own_channel(channel=channel, by=by, now=timezone.now()), done)


@institution_act
@least(Role.ADMINISTRATOR)
@lately
def sign(request: HttpRequest, access: Access, kind: str) -> HttpResponseBase:
    """A new signing secret, shown in the answer and never again."""
    channel = _channel(access, kind, Channel.signs)
    if not once.is_first(request):
        messages.warning(request, _("This was sent already, and nothing more was made. A secret is shown once."))
        return redirect("pushes:channels")
    fresh = renewing.renew_signing_secret(channel=channel, by=person(request), now=timezone.now())
    return _page(request, access, fresh=fresh)


@institution_act
@least(Role.ADMINISTRATOR)
@lately
def pair(request: HttpRequest, access: Access, kind: str) -> HttpResponseBase:
    """A new key pair; its public half stands on the page."""
    channel, by = _channel(access, kind, Channel.has_key_pair), person(request)
    done = _("A new key pair was made. Let its public key, which stands below, into your server.")
    return _taken(request, lambda: renewing.renew_key_pair(channel=channel, by=by, now=timezone.now()), done)


@institution_act
@least(Role.ADMINISTRATOR)
@lately
def password(request: HttpRequest, access: Access, kind: str) -> HttpResponseBase:
    """The password of the institution's server."""
    channel, by, form = _channel(access, kind, Channel.is_let_in), person(request), ServerPasswordForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give a password of at most 200 characters. Nothing was done."))
        return redirect("pushes:channels")
    typed = form.cleaned_data["password"]
    done = _("The password was kept. It is not shown again.")
    return _taken(
        request, lambda: renewing.keep_password(channel=channel, password=typed, by=by, now=timezone.now()), done
    )


@institution_act
@least(Role.ADMINISTRATOR)
@lately
def end_former(request: HttpRequest, access: Access, kind: str) -> HttpResponseBase:
    """From now on the newest secret alone counts."""
    channel, by = _channel(access, kind, _has_secrets), person(request)
    done = _("The former secrets were ended: the newest alone counts from now on.")
    return _taken(request, lambda: renewing.end_former(channel=channel, by=by, now=timezone.now()), done)


@institution_act
@least(Role.OPERATOR)
def ask(request: HttpRequest, access: Access, kind: str) -> HttpResponseBase:
    """Ask the bureau for another target."""
    channel, by, form = _channel(access, kind), person(request), WishForm(request.POST)
    if channel.kind == ChannelKind.PORTAL:
        raise Http404
    if not form.is_valid():
        messages.error(request, _("Say in at most 1000 characters what should change, and why. Nothing was done."))
        return redirect("pushes:channels")
    wish = form.cleaned_data["reason"]
    done = _("The bureau was asked. Its answer stands here, and comes by mail to your contacts.")
    return _taken(
        request, lambda: requesting.ask_for_target(channel=channel, reason=wish, by=by, now=timezone.now()), done
    )


@institution_act
@least(Role.OPERATOR)
def take_back(request: HttpRequest, access: Access, kind: str) -> HttpResponseBase:
    """Take the open request of a kind back; it is found by its kind, since there is one at most."""
    asked, by = access.requests().filter(kind=kind, state=RequestState.OPEN).first(), person(request)
    if asked is None:
        raise Http404
    room = "pushes:channels" if asked.kind == RequestKind.CHANNEL else "pushes:profile"
    done = _("The request was taken back.")
    return _taken(request, lambda: requesting.take_back(request=asked, by=by, now=timezone.now()), done, room)


def _channel(access: Access, kind: str, able: Callable[[Channel], bool] = bool) -> Channel:
    """The institution's channel of that kind, where it is one that is able."""
    channel = access.channels().filter(kind=kind).first()
    if channel is None or not able(channel):
        raise Http404
    return channel


def _has_secrets(channel: Channel) -> bool:
    return channel.kind in WITH_SECRETS


def _taken(
    request: HttpRequest, step: Callable[[], object], done: str, room: str = "pushes:channels"
) -> HttpResponseBase:
    try:
        step()
    except PushesError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(room)


def _page(request: HttpRequest, access: Access, *, fresh: str = "") -> HttpResponseBase:
    now = timezone.now()
    secrets = [secret for secret in access.secrets() if secret.until is None or secret.until > now]
    requests = list(access.requests().filter(kind=RequestKind.CHANNEL)[:5])
    rooms = [
        {
            "channel": channel,
            "fingerprint": _fingerprint(channel),
            "deliveries": access.log().filter(channel=channel)[:DELIVERIES_SHOWN],
            "sendings": access.sendings().filter(channel=channel)[:SENDINGS_SHOWN],
            "secrets": [one for one in secrets if one.channel_id == channel.pk],
            "former": any(one.until for one in secrets if one.channel_id == channel.pk),
            "with_secrets": channel.kind in WITH_SECRETS,
        }
        for channel in access.channels()
    ]
    context = {
        "institution": access.institution,
        "rooms": rooms,
        "fresh": fresh,
        "once": once.fresh(),
        "requests": requests,
        "waits": any(one.state == RequestState.OPEN for one in requests),
        "events": access.secret_events()[:EVENTS_SHOWN],
        "may_operate": access.may(Role.OPERATOR),
        "may_rule": access.may(Role.ADMINISTRATOR),
        "most_trials": trying.TRIALS_AN_HOUR,
    }
    return render(request, "pushes/channels.html", context)


def _fingerprint(channel: Channel) -> str:
    return asyncssh.import_public_key(channel.host_key).get_fingerprint() if channel.host_key else ""
