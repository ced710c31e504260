"""The rooms of editions: what was delivered, what is in it, its package, and the word that it arrived.

Law: a page sees its institution's rows only; a receipt is written before the first byte.
"""

import logging
from uuid import UUID
from zipfile import BadZipFile

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from enterprises.models import EditionState
from enterprises.visitors import network_address
from pushes import receipts
from pushes.access import Access
from pushes.errors import RangeOutside, SecretUnreadable
from pushes.handing_out import package_sent
from pushes.models import Delivery, ReceiptKind, Role
from pushes.packaging import manifest_of
from pushes.passwords import has_one
from pushes.portal.attending import matters
from pushes.portal.entering import institution_act, institution_page, least, person
from pushes.portal.picturing import pictures
from registry.queries import district_names

logger = logging.getLogger(__name__)

RECEIPTS_SHOWN = 20


@institution_page
def editions(request: HttpRequest, access: Access) -> HttpResponseBase:
    """The editions that were delivered to the institution."""
    now, given = timezone.now(), list(access.deliveries())
    standing = [delivery for delivery in given if delivery.edition.state == EditionState.SEALED]
    context = {
        "institution": access.institution,
        "deliveries": given,
        "newest": standing[0] if standing else None,
        "matters": matters(access, now),
        "paused": access.paused(),
    }
    return render(request, "pushes/editions.html", context)


@institution_page
def edition(request: HttpRequest, access: Access, label: str) -> HttpResponseBase:
    """One edition in the institution's cut: changes, members by programme, files, and what proves them."""
    try:
        delivery = access.delivery_of(label)
    except Delivery.DoesNotExist as error:
        raise Http404 from error
    assert delivery.package is not None  # noqa: S101 - a constraint holds it for what was delivered
    try:
        manifest = manifest_of(delivery.package)
    except (OSError, BadZipFile):
        return missing(request, access, delivery)
    said, names = receipts.acknowledgements(delivery), district_names()
    context = {
        "institution": access.institution,
        "delivery": delivery,
        "manifest": manifest,
        "districts": [names.get(code, code) for code in manifest["cut"]["districts"]],
        "locked": has_one(access.institution),
        "acknowledgements": said,
        "said_it": said.filter(user=person(request)).exists(),
        "may_say_it": access.may(Role.OPERATOR),
        "operators": Role.OPERATOR.label,
        "fetched": access.receipts().filter(kind=ReceiptKind.DOWNLOAD, delivery__edition=delivery.edition)[
            :RECEIPTS_SHOWN
        ],
        **pictures(access, delivery, manifest),
    }
    return render(request, "pushes/edition.html", context)


@institution_act
@least(Role.OPERATOR)
def acknowledge(request: HttpRequest, access: Access, label: str) -> HttpResponseBase:
    """Somebody of the institution says that it has the edition; said again, the first word stands."""
    try:
        delivery = access.delivery_of(label)
    except Delivery.DoesNotExist as error:
        raise Http404 from error
    if delivery.edition.state != EditionState.SEALED:
        messages.error(request, _("This edition was withdrawn and must not be used: there is nothing to acknowledge."))
    else:
        who = person(request)
        receipts.acknowledged(delivery=delivery, by=who, address=network_address(request), now=timezone.now())
        messages.success(request, _("Thank you: it is on record that you have it."))
    return redirect("pushes:edition", label)


@institution_page
@require_GET
def download(request: HttpRequest, access: Access, delivery_id: UUID) -> HttpResponseBase:
    """The package itself; the receipt is written before the first byte."""
    try:
        delivery = access.downloads().get(pk=delivery_id)
    except Delivery.DoesNotExist as error:
        raise Http404 from error
    package = delivery.package
    assert package is not None  # noqa: S101 - a constraint holds it for what was delivered
    who, address = person(request), network_address(request)
    try:
        return package_sent(
            request,
            institution=access.institution,
            package=package,
            label=delivery.edition.label,
            noted=lambda: receipts.downloaded(delivery=delivery, by=who, address=address, now=timezone.now()),
        )
    except RangeOutside as error:
        headers = {"Content-Range": f"bytes */{error.size}"}
        return HttpResponse(str(error), status=416, content_type="text/plain; charset=utf-8", headers=headers)
    except (OSError, SecretUnreadable):
        return missing(request, access, delivery)


def missing(request: HttpRequest, access: Access, delivery: Delivery) -> HttpResponseBase:
    logger.exception("package %s cannot be handed out", delivery.package)
    context = {"institution": access.institution, "delivery": delivery}
    return render(request, "pushes/missing.html", context, status=503)
