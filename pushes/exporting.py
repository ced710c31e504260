"""Tables for people outside: the auditor's receipts, the list of laggards (reads only).

Law: no cell acts as a formula, and the same rows give the same bytes.
"""

import csv
import hashlib
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from pushes.formats.defusing import plain
from pushes.models import Delivery, Receipt

_CHUNK = 2_000


class Table(NamedTuple):
    """A csv in UTF-8 with a mark, as spreadsheet programs want it; its SHA-256, and its rows without the header."""

    content: bytes
    sha256: str
    rows: int


def receipts_table(receipts: QuerySet[Receipt]) -> Table:
    """Receipts by number, each with the delivery and the SHA-256 of what was fetched."""
    header = [
        _("Number"), _("Kind"), _("Institution"), _("Edition"), _("Delivery"), _("Person"), _("Machine's key"),
        _("Time"), _("Network address"), "SHA-256", _("Codes asked or rows given"),
    ]  # fmt: skip
    rows = receipts.select_related("institution", "user", "delivery__edition").order_by("number").iterator(_CHUNK)
    return _table(header, map(_receipt, rows))


def laggards_table(deliveries: QuerySet[Delivery]) -> Table:
    """What was not taken, with whom to write to."""
    header = [_("Institution"), _("Edition"), _("Channel"), _("Delivered"), _("Contacts")]
    rows = deliveries.select_related("edition", "channel__institution")
    return _table(header, map(_laggard, rows.prefetch_related("channel__institution__contacts")))


def _receipt(receipt: Receipt) -> Sequence[str]:
    return [
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


def _laggard(delivery: Delivery) -> Sequence[str]:
    institution = delivery.channel.institution
    return [
        institution.name,
        delivery.edition.label,
        delivery.channel.get_kind_display(),
        localtime(delivery.delivered_at).isoformat(timespec="minutes"),
        "、".join(str(contact) for contact in institution.contacts.all()),
    ]


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    count = 0
    for row in rows:
        writer.writerow([plain(cell) for cell in row])
        count += 1
    content = text.getvalue().encode("utf-8-sig")
    return Table(content, hashlib.sha256(content).hexdigest(), count)
