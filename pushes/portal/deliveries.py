"""The room of deliveries: what went out by which channel, and every try. Law: it sees its institution's rows only."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from enterprises.calendar import edition_labelled
from pushes.access import Access
from pushes.portal.entering import institution_page
from pushes.portal.forms import DeliveriesForm

DELIVERIES_SHOWN = 20


@institution_page
def deliveries(request: HttpRequest, access: Access) -> HttpResponseBase:
    """What went to the institution by each channel, and every try."""
    form = DeliveriesForm(request.GET, access=access)
    asked = form.cleaned_data if form.is_valid() else {}
    log = access.log()
    if asked.get("kind"):
        log = log.filter(channel__kind=asked["kind"])
    if asked.get("state"):
        log = log.filter(state=asked["state"])
    named = edition_labelled(asked.get("edition", ""))
    if named:
        log = log.filter(edition__quarter=named[0], edition__version=named[1])
    context = {
        "institution": access.institution,
        "page": Paginator(log, DELIVERIES_SHOWN).get_page(request.GET.get("page")),
        "paused": access.paused(),
        "form": form,
        "query": form.query(),
    }
    return render(request, "pushes/deliveries.html", context)
