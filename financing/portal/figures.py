"""The room of the city's figures, the institution's own beside them. Law: it sees nothing that tells of another one."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from financing.city_figures import city_figures, city_trends
from financing.errors import NoFiguresYet
from financing.terms import terms
from financing.trends import quarters
from pushes.access import Access
from pushes.portal.entering import institution_page


@institution_page
def statistics(request: HttpRequest, access: Access) -> HttpResponseBase:
    """A quarter's figures: the newest of which enough was reported, or the one that is asked for."""
    now, by = timezone.now(), terms()
    offered = quarters(now)
    wanted = request.GET.get("quarter", "")
    found, chosen = None, ""
    for chosen in [wanted] if wanted in offered else offered:
        try:
            found = city_figures(chosen, reader=access.institution, now=now, by=by)
        except NoFiguresYet:  # its edition was withdrawn
            continue
        if found:
            break
    context = {
        "institution": access.institution,
        "quarters": offered,
        "chosen": found.quarter if found else chosen,
        "found": found,
        "trends": city_trends(found.quarter, reader=access.institution, now=now, by=by) if found else (),
    }
    return render(request, "financing/statistics.html", context)
