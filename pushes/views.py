"""The institutions' rooms.

Law: a page sees its institution's rows only, and no browser or proxy keeps a copy.
"""

import logging
from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address
from typing import Concatenate, ParamSpec
from uuid import UUID
from zipfile import BadZipFile

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from enterprises.models import EditionState
from pushes import receipts
from pushes.access import Access, access_of
from pushes.errors import NoAccess, SecretUnreadable
from pushes.models import Delivery
from pushes.packaging import manifest_of
from pushes.passwords import handed, has_one
from registry.queries import district_names

logger = logging.getLogger(__name__)

DELIVERIES_SHOWN = 20

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def institution_page(view: Callable[Concatenate[HttpRequest, Access, P], HttpResponseBase]) -> Page[P]:
    """A page for signed-in people of an institution under contract; others learn why it is closed to them."""
    return require_safe(_for_institutions(view))


def institution_act(view: Callable[Concatenate[HttpRequest, Access, P], HttpResponseBase]) -> Page[P]:
    """An act of such people, posted from one of these pages."""
    return require_POST(_for_institutions(view))


def _for_institutions(view: Callable[Concatenate[HttpRequest, Access, P], HttpResponseBase]) -> Page[P]:
    @login_required
    @wraps(view)
    def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            access = access_of(request.user, today=timezone.localdate())
        except NoAccess as error:
            response: HttpResponseBase = render(request, "pushes/refused.html", {"reason": error}, status=403)
        else:
            response = view(request, access, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ["Cookie"])
        return response

    return page


@institution_page
def editions(request: HttpRequest, access: Access) -> HttpResponseBase:
    """The editions that were delivered to the institution."""
    context = {"institution": access.institution, "deliveries": access.deliveries(), "paused": access.paused()}
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
        return _missing(request, access, delivery)
    said, names = receipts.acknowledgements(delivery), district_names()
    context = {
        "institution": access.institution,
        "delivery": delivery,
        "manifest": manifest,
        "districts": [names.get(code, code) for code in manifest["cut"]["districts"]],
        "locked": has_one(access.institution),
        "acknowledgements": said,
        "said_it": said.filter(user=_person(request)).exists(),
    }
    return render(request, "pushes/edition.html", context)


@institution_act
def acknowledge(request: HttpRequest, access: Access, label: str) -> HttpResponseBase:
    """Somebody of the institution says that it has the edition; said again, the first word stands."""
    try:
        delivery = access.delivery_of(label)
    except Delivery.DoesNotExist as error:
        raise Http404 from error
    if delivery.edition.state != EditionState.SEALED:
        messages.error(request, _("This edition was withdrawn and must not be used: there is nothing to acknowledge."))
    else:
        who = _person(request)
        receipts.acknowledged(delivery=delivery, by=who, address=network_address(request), now=timezone.now())
        messages.success(request, _("Thank you: it is on record that you have it."))
    return redirect("pushes:edition", label)


@institution_page
def deliveries(request: HttpRequest, access: Access) -> HttpResponseBase:
    """What went to the institution by each channel, and every try."""
    page = Paginator(access.log(), DELIVERIES_SHOWN).get_page(request.GET.get("page"))
    context = {"institution": access.institution, "page": page, "paused": access.paused()}
    return render(request, "pushes/deliveries.html", context)


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
    try:
        file, name = handed(institution=access.institution, package=package, label=delivery.edition.label)
    except (OSError, SecretUnreadable):
        return _missing(request, access, delivery)
    receipts.downloaded(delivery=delivery, by=_person(request), address=network_address(request), now=timezone.now())
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


def _missing(request: HttpRequest, access: Access, delivery: Delivery) -> HttpResponseBase:
    logger.exception("package %s cannot be handed out", delivery.package)
    context = {"institution": access.institution, "delivery": delivery}
    return render(request, "pushes/missing.html", context, status=503)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the pages are for signed-in people
    return request.user


def network_address(request: HttpRequest) -> str | None:
    """Where the request came from; behind our own proxy, what the proxy saw."""
    seen = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:
        seen = request.META.get("HTTP_X_FORWARDED_FOR", seen).rpartition(",")[2].strip()
    try:
        return str(ip_address(seen))
    except ValueError:
        return None
