"""The look-up page. Law: it answers exact keys, and no robot keeps the answers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from enterprises.forms import LookupForm
from enterprises.looking_up import find
from enterprises.wording import ANSWERS


@require_safe
def lookup(request: HttpRequest) -> HttpResponse:
    """The form, and below it the answer where something was asked."""
    asked = "q" in request.GET
    form = LookupForm(request.GET) if asked else LookupForm()
    text = form.cleaned_data["q"] if asked and form.is_valid() else ""
    context: dict[str, object] = {"form": form, "text": text, "today": localdate()}
    if text:
        answer = find(text)
        context["found"] = [(one, [ANSWERS[reason] for reason in one.reasons]) for one in answer.found]
        context["reasons"] = [ANSWERS[reason] for reason in answer.reasons]
    response = render(request, "enterprises/lookup.html", context)
    if asked:
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response["Cache-Control"] = "private, no-store"
    return response
