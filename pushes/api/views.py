"""What machines fetch: so far, the package that a notice told of.

Law: the receipt is written before the first byte, for the whole and for a part alike.
"""

import logging
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from pushes import receipts
from pushes.api.entering import Machine, machine_page, problem
from pushes.errors import RangeOutside, SecretUnreadable
from pushes.handing_out import package_sent
from pushes.models import Delivery, Package
from pushes.portal.entering import network_address

logger = logging.getLogger(__name__)


@machine_page
def package(request: HttpRequest, machine: Machine, delivery_id: UUID) -> HttpResponseBase:
    """The package, whole, or the part that a Range asks for: a fetch that broke off goes on where it stood."""
    try:
        delivery = machine.access.fetchable().get(pk=delivery_id)
    except Delivery.DoesNotExist:
        return problem(HTTPStatus.NOT_FOUND, _("Your institution has no such delivery, or its edition was withdrawn."))
    made = delivery.package
    assert made is not None  # noqa: S101 - a condition of what may be fetched
    try:
        return package_sent(
            request,
            institution=machine.access.institution,
            package=made,
            label=delivery.edition.label,
            noted=lambda: _receipt(request, machine, delivery),
        )
    except RangeOutside as error:
        response = problem(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, str(error))
        response["Content-Range"] = f"bytes */{error.size}"
        return response
    except (OSError, SecretUnreadable):
        return _missing(made)


def _missing(made: Package) -> HttpResponse:
    logger.exception("package %s cannot be handed out", made)
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, _("The package is being restored. Ask again later."))


def _receipt(request: HttpRequest, machine: Machine, delivery: Delivery) -> None:
    address = network_address(request)
    receipts.downloaded(delivery=delivery, by=None, key=machine.key.prefix, address=address, now=timezone.now())
