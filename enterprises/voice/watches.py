"""The pages of watches: ask, confirm, end. Law: only a post changes anything, since mail readers open links.

What is answered never depends on whether an address watches already.
"""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from enterprises import errors, watch_links, watching
from enterprises.limiting import count
from enterprises.models import Enterprise
from enterprises.public_ids import is_public_id
from enterprises.visitors import line_of, network_address
from enterprises.voice.entering import private, refused
from enterprises.voice.forms import WatchForm


@require_http_methods(["GET", "HEAD", "POST"])
@private
def ask(request: HttpRequest, public_id: str) -> HttpResponse:
    if not is_public_id(public_id):
        raise Http404
    enterprise = get_object_or_404(Enterprise.objects.exclude(name_key=""), public_id=public_id)
    context = {"enterprise": enterprise, "configured": settings.MAIL_CONFIGURED, "days": settings.WATCH_DAYS[::-1]}
    if request.method != "POST" or not settings.MAIL_CONFIGURED:
        return render(request, "enterprises/voice/watch.html", {**context, "form": WatchForm()})
    form = WatchForm(request.POST)
    if not form.is_valid():
        return render(request, "enterprises/voice/watch.html", {**context, "form": form}, status=400)
    try:
        count(what="watch", who=line_of(network_address(request)), most=settings.WATCHES_PER_HOUR)
    except errors.TooOften as error:
        return refused(request, error, status=429)
    watching.ask(enterprise=enterprise, address=form.cleaned_data["address"], now=timezone.now())
    return render(request, "enterprises/voice/watch.html", {**context, "asked": True})


@require_http_methods(["GET", "HEAD", "POST"])
@private
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    try:
        watch = watch_links.to_confirm(token)
        if request.method == "POST":
            watching.confirm(watch=watch, now=timezone.now())
    except errors.LinkNotGood as error:
        return refused(request, error, status=404)
    context = {"enterprise": watch.enterprise, "done": request.method == "POST", "days": settings.WATCH_DAYS[::-1]}
    return render(request, "enterprises/voice/watch_confirm.html", context)


@csrf_exempt  # the link is the right to end it; mail programs post to it by themselves (RFC 8058)
@require_http_methods(["GET", "HEAD", "POST"])
@private
def end(request: HttpRequest, token: str) -> HttpResponse:
    try:
        watch = watch_links.to_end(token)
    except errors.LinkNotGood as error:
        return refused(request, error, status=404)
    enterprise = watch.enterprise
    if request.method == "POST":
        watching.end(watch=watch)
    context = {"enterprise": enterprise, "done": request.method == "POST"}
    return render(request, "enterprises/voice/watch_end.html", context)
