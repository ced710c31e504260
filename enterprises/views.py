"""The look-up page and the open figures. Law: it answers exact keys, and no robot keeps the answers."""

import time
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from enterprises.admitting import Refusal, refusal
from enterprises.advising import advice
from enterprises.forms import LookupForm
from enterprises.looking_up import find
from enterprises.remembering import common
from enterprises.visitors import line_of, network_address
from enterprises.wording import ANSWERS

_PROOF = "lookup_proof"
# The page itself may be found; answers, and what only its people or machines need, may not.
_ROBOTS = """\
User-agent: *
Disallow: /?
Disallow: /institutions/
Disallow: /api/
Disallow: /admin/
"""


@require_safe
def lookup(request: HttpRequest) -> HttpResponse:
    """The form, and above it the answer where something was asked."""
    if "q" not in request.GET:
        return render(request, "enterprises/lookup.html")
    form = LookupForm(request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    if not text:
        return _private(render(request, "enterprises/lookup.html", {"errors": form.errors.get("q"), "asked": True}))
    proof = request.COOKIES.get(_PROOF, "")
    refused = refusal(line_of(network_address(request)), proof=proof, now=time.time())
    response = _too_many(request, text, refused) if refused else _answered(request, text)
    if proof:
        response.delete_cookie(_PROOF, samesite="Strict")
    return _private(response)


def _answered(request: HttpRequest, text: str) -> HttpResponse:
    answer = find(text)
    known, today = common(), localdate()
    context = {
        "text": text,
        "asked": True,
        "found": [advice(one, known, today) for one in answer.found],
        "reasons": [ANSWERS[reason] for reason in answer.reasons],
        "meant": answer.meant,
    }
    return render(request, "enterprises/lookup.html", context)


def _too_many(request: HttpRequest, text: str, refused: Refusal) -> HttpResponse:
    context = {"text": text, "asked": True, "refused": refused, "wait": _waited(refused.wait)}
    response = render(request, "enterprises/too_many.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(refused.wait)
    return response


def _waited(seconds: int) -> str:
    """A time to wait, as people say it."""
    if seconds < 90:
        return _("%(count)s seconds") % {"count": seconds}
    if seconds < 7200:
        return _("%(count)s minutes") % {"count": -(-seconds // 60)}
    return _("%(count)s hours") % {"count": -(-seconds // 3600)}


def _private(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What robots may read."""
    return HttpResponse(_ROBOTS, content_type="text/plain; charset=utf-8")
