"""The look-up page and the open figures. Law: it answers exact keys, and no robot keeps the answers."""

import time
from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from enterprises.admitting import Refusal, admitted
from enterprises.advising import advice, coming_edition
from enterprises.figures import figures
from enterprises.forms import LookupForm
from enterprises.looking_up import answer_of, keys_of
from enterprises.remembering import common
from enterprises.showing import answer_page, blank_page, faulty_page, too_many_page
from enterprises.visitors import line_of, network_address

_PROOF = "lookup_proof"
_KEY = LookupForm.base_fields["q"]  # asked by itself: a form copies its fields for every visitor
# The page itself may be found; answers, and what only its people or machines need, may not.
_ROBOTS = """\
User-agent: *
Disallow: /?
Disallow: /slips/
Disallow: /institutions/
Disallow: /api/
Disallow: /admin/
"""


@require_safe
def lookup(request: HttpRequest) -> HttpResponse:
    """The form, and above it the answer where something was asked."""
    if "q" not in request.GET:
        return HttpResponse(blank_page())
    try:
        text = _KEY.clean(request.GET["q"])
    except ValidationError as error:
        return _private(HttpResponse(faulty_page(error.messages)))
    if not text:
        return _private(HttpResponse(faulty_page(())))
    proof = request.COOKIES.get(_PROOF, "")
    told = admitted(line_of(network_address(request)), keys_of(text), proof=proof, now=time.time())
    response = _too_many(text, told) if isinstance(told, Refusal) else _answered(text, told)
    if proof:
        response.delete_cookie(_PROOF, samesite="Strict")
    return _private(response)


def _answered(text: str, told: bytes) -> HttpResponse:
    answer, known, today = answer_of(text, told), common(), localdate()
    return HttpResponse(answer_page(text, answer, [advice(one, known, today) for one in answer.found]))


def _too_many(text: str, refused: Refusal) -> HttpResponse:
    response = HttpResponse(too_many_page(text, refused), status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(refused.wait)
    return response


def _private(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def open_figures(request: HttpRequest) -> HttpResponse:
    """How large the pool is, by programme, district and quarter."""
    known = common()
    context = {"figures": figures(known), "coming": coming_edition(known.latest, localdate()).isoformat()}
    response = render(request, "enterprises/figures.html", context)
    response["Cache-Control"] = "public, max-age=300"
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What robots may read."""
    return HttpResponse(_ROBOTS, content_type="text/plain; charset=utf-8")
