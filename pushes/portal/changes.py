"""The room of an edition's changes: each with its causes, before and after, since the edition told before or another.

Law: what is shown of the package's own changes was sent: it is read from the package that the institution was given.
Since another edition they are what the machines' interface tells.
"""

from collections.abc import Sequence
from zipfile import BadZipFile

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render

from enterprises.models import EditionState
from pushes.access import Access
from pushes.belonging import cut_of
from pushes.changing import changes_between
from pushes.models import Delivery
from pushes.packaging import manifest_of
from pushes.portal.editions import missing
from pushes.portal.entering import institution_page
from pushes.portal.forms import ChangesForm
from pushes.portal.members import closed
from pushes.retelling import Told, changes_of

SHOWN = 50


@institution_page
def changes(request: HttpRequest, access: Access, label: str) -> HttpResponseBase:
    """The changes since the edition told before, or since another one that was given; those that are asked for."""
    try:
        delivery = access.delivery_of(label)
    except Delivery.DoesNotExist as error:
        raise Http404 from error
    if delivery.edition.state != EditionState.SEALED:
        return closed(request, access, delivery)
    package = delivery.package
    assert package is not None  # noqa: S101 - a constraint holds it for what was delivered
    bases = [one for one in access.bases(delivery) if one != package.since]
    base = next((one for one in bases if one.label == request.GET.get("since")), None)
    try:
        told = (
            changes_between(delivery.edition, base, cut_of(delivery.profile))
            if base
            else changes_of(package, manifest_of(package))
        )
    except (OSError, BadZipFile):
        return missing(request, access, delivery)
    form = ChangesForm(request.GET, told=told, since=base.label if base else "")
    asked = form.cleaned_data if form.is_valid() else {}
    context = {
        "institution": access.institution,
        "delivery": delivery,
        "told_before": package.since,
        "bases": bases,
        "base": base,
        "form": form,
        "page": Paginator(_asked_for(told, asked), SHOWN).get_page(request.GET.get("page")),
        "query": form.query(),
    }
    return render(request, "pushes/changes.html", context)


def _asked_for(told: Sequence[Told], asked: dict[str, str]) -> list[Told]:
    """Those that the form asks for; programme and cause are of one and the same reason."""
    kind, programme, cause, text = (asked.get(key, "") for key in ("kind", "programme", "cause", "q"))
    words = text.casefold().split()
    return [
        one
        for one in told
        if (not kind or one.kind == kind)
        and (
            not (programme or cause)
            or any(
                reason.programme == programme or not programme
                for reason in one.reasons
                if reason.what == cause or not cause
            )
        )
        and all(word in f"{one.public_id} {one.uscc} {one.name}".casefold() for word in words)
    ]
