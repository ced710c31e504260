"""The room of deliveries: what went out by which channel, and every try. Law: it sees its institution's rows only."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from pushes.access import Access
from pushes.portal.entering import institution_page

DELIVERIES_SHOWN = 20


@institution_page
def deliveries(request: HttpRequest, access: Access) -> HttpResponseBase:
    """What went to the institution by each channel, and every try."""
    page = Paginator(access.log(), DELIVERIES_SHOWN).get_page(request.GET.get("page"))
    context = {"institution": access.institution, "page": page, "paused": access.paused()}
    return render(request, "pushes/deliveries.html", context)
