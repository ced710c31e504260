"""The pages of slips: a look-up put on record, its PDF, the check of a number. Law: a slip is made by POST alone."""

import re
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from enterprises import errors
from enterprises.forms import LookupForm
from enterprises.limiting import count
from enterprises.models import LookupSlip
from enterprises.printing import Printed, printed
from enterprises.visitors import line_of, network_address
from enterprises.voice.entering import private, refused
from enterprises.vouching import Said, vouch

_NUMBER = re.compile(r"CX-\d{8}-[0-9A-Z]{10}")
_CHECKS = 60  # of numbers, from an address, in an hour


@require_http_methods(["GET", "HEAD", "POST"])
@private
def new(request: HttpRequest) -> HttpResponse:
    """Says what a slip is, and makes it."""
    form = LookupForm(request.POST if request.method == "POST" else request.GET)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    if not text:
        return redirect("enterprises:lookup")
    if request.method != "POST":
        return render(request, "enterprises/voice/slip_new.html", {"text": text, "query": urlencode({"q": text})})
    try:
        count(what="slip", who=line_of(network_address(request)), most=settings.SLIPS_PER_HOUR)
    except errors.TooOften as error:
        return refused(request, error, status=429)
    return redirect("enterprises:slip", vouch(text=text, now=timezone.now()).number)


@require_safe
@private
def check(request: HttpRequest) -> HttpResponse:
    """Asks for a number and leads to what it says."""
    number = request.GET.get("number", "").strip().upper()
    if not number:
        return render(request, "enterprises/voice/slip_check.html")
    try:
        count(what="slip-checked", who=line_of(network_address(request)), most=_CHECKS)
    except errors.TooOften as error:
        return refused(request, error, status=429)
    if not _NUMBER.fullmatch(number) or not LookupSlip.objects.filter(number=number).exists():
        return render(request, "enterprises/voice/slip_check.html", {"number": number, "unknown": True}, status=404)
    return redirect("enterprises:slip", number)


@require_safe
@private
def slip(request: HttpRequest, number: str) -> HttpResponse:
    """What the slip of that number says."""
    return render(request, "enterprises/voice/slip.html", {"slip": _slip(number), "no_certificate": no_certificate()})


@require_safe
@private
def pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The slip as one page to print."""
    response = HttpResponse(printed(_page(_slip(number))), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{number}.pdf"'
    return response


def _slip(number: str) -> LookupSlip:
    found = LookupSlip.objects.filter(number=number).first() if _NUMBER.fullmatch(number) else None
    if found is None:
        raise Http404
    return found


def _address(number: str) -> str:
    return settings.SITE_ADDRESS + reverse("enterprises:slip", args=[number])


def _page(one: LookupSlip) -> Printed:
    said: Said = one.said
    facts = {
        _("Number"): one.number,
        _("Time"): localtime(one.at).strftime("%Y-%m-%d %H:%M:%S"),
        _("You searched for"): one.asked,
        _("Edition"): one.edition or _("No list has been issued yet."),
    }
    blocks = [
        (
            f"{of['name']}　{of['verdict']}",
            [
                _("Credit code %(code)s, public id %(id)s") % {"code": of["uscc"] or "—", "id": of["public_id"]},
                of["day"], of["edition"], of["differs"], *of["reasons"],
            ],
            [
                [line["programme"], line["number"], f"{line['valid_from']} – {line['valid_to']}", line["state"],
                 line["source"]]
                for line in of["lines"]
            ],
        )
        for of in said["found"]
    ]  # fmt: skip
    if said["reasons"]:
        blocks.append((_("Nothing was found"), said["reasons"], []))
    return Printed(
        title=_("Slip of a look-up in the Zhengzhou registry of technology enterprises"),
        facts=facts,
        blocks=blocks,
        small=[
            _("Digest of the edition (SHA-256): %(digest)s") % {"digest": one.edition_digest or "—"},
            _("Digest of this slip (SHA-256): %(digest)s") % {"digest": one.digest},
            _("Check the number here: %(address)s") % {"address": _address(one.number)},
            no_certificate(),
        ],
        address=_address(one.number),
    )


def no_certificate() -> str:
    """What a slip is not."""
    return _(
        "This slip says what the registry answered at that moment. It is no certificate and proves no recognition; the "
        "notices of the public bodies are authoritative."
    )
