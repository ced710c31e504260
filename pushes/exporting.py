"""Tables for people outside: the auditor's receipts, the list of laggards (reads only).

Law: no cell acts as a formula, and the same rows give the same cells.
"""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from pushes.formats.defusing import plain
from pushes.models import Delivery, Receipt
from registry.sheets import Sheet

_CHUNK = 2_000


def receipts_sheet(receipts: QuerySet[Receipt]) -> Sheet:
    """Receipts by number, each with the delivery and the SHA-256 of what was fetched."""
    header = [
        _("Number"), _("Kind"), _("Institution"), _("Edition"), _("Delivery"), _("Person"), _("Machine's key"),
        _("Time"), _("Network address"), "SHA-256", _("Codes asked or rows given"),
    ]  # fmt: skip
    rows = receipts.select_related("institution", "user", "delivery__edition").order_by("number").iterator(_CHUNK)
    return Sheet(header, map(_receipt, rows))


def laggards_sheet(deliveries: QuerySet[Delivery]) -> Sheet:
    """What was not taken, with whom to write to."""
    header = [_("Institution"), _("Edition"), _("Channel"), _("Delivered"), _("Contacts")]
    rows = deliveries.select_related("edition", "channel__institution")
    with_contacts = rows.prefetch_related("channel__institution__contacts")
    return Sheet(header, map(_laggard, with_contacts.iterator(_CHUNK)))


def _receipt(receipt: Receipt) -> Sequence[str]:
    cells = [
        str(receipt.number),
        receipt.get_kind_display(),
        receipt.institution.name,
        receipt.delivery.edition.label if receipt.delivery else "",
        str(receipt.delivery_id or ""),
        receipt.user.get_username() if receipt.user else "",
        receipt.key,
        localtime(receipt.at).isoformat(),
        receipt.address or "",
        receipt.sha256,
        "" if receipt.rows is None else str(receipt.rows),
    ]
    return list(map(plain, cells))


def _laggard(delivery: Delivery) -> Sequence[str]:
    institution = delivery.channel.institution
    cells = [
        institution.name,
        delivery.edition.label,
        delivery.channel.get_kind_display(),
        localtime(delivery.delivered_at).isoformat(timespec="minutes"),
        "、".join(str(contact) for contact in institution.contacts.all()),
    ]
    return list(map(plain, cells))
