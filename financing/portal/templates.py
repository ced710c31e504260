"""The table that is filled in, handed out: empty, or with the institution's members of an edition.

Law: members are handed out of editions that stand, and the receipt is written before the first byte.
"""

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET

from enterprises.models import EditionState
from enterprises.visitors import network_address
from financing import templating
from pushes import receipts
from pushes.access import Access
from pushes.errors import NoSuchEdition
from pushes.models import Delivery, ReceiptKind
from pushes.portal.entering import institution_page, person
from pushes.portal.handing import TYPES, attached


@institution_page
@require_GET
def template(request: HttpRequest, access: Access, label: str, kind: str) -> HttpResponseBase:
    """The empty table: of the edition it holds the label and the quarter's last day."""
    delivery = _standing(access, label, kind)
    return _sent(_made(delivery, kind, filled=False), f"{label}-feedback.{kind}", f"对接反馈-{label}.{kind}", kind)


@institution_page
@require_GET
def members(request: HttpRequest, access: Access, label: str, kind: str) -> HttpResponseBase:
    """The table with the institution's members: on record like any that takes them."""
    delivery = _standing(access, label, kind)
    content = _made(delivery, kind, filled=True)
    receipts.answered(
        kind=ReceiptKind.MEMBERS,
        delivery=delivery,
        by=person(request),
        address=network_address(request),
        sha256=hashlib.sha256(content).hexdigest(),
        rows=access.members(delivery).count(),
        now=timezone.now(),
    )
    return _sent(content, f"{label}-members.{kind}", f"对接反馈-{label}-企业.{kind}", kind)


def _standing(access: Access, label: str, kind: str) -> Delivery:
    """The institution's delivery of the edition. Raises `Http404`."""
    try:
        delivery = access.shown(label)
    except NoSuchEdition as error:
        raise Http404 from error
    if kind not in TYPES or delivery.edition.state != EditionState.SEALED:
        raise Http404
    return delivery


def _made(delivery: Delivery, kind: str, *, filled: bool) -> bytes:
    with TemporaryDirectory(prefix="template-") as folder:
        return templating.made(Path(folder), delivery=delivery, form=kind, filled=filled).read_bytes()


def _sent(content: bytes, plain: str, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=TYPES[kind])
    response["Content-Disposition"] = attached(plain, name)
    return response
