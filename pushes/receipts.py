"""The proof of who fetched and acknowledged what.

Law: a receipt is written before the first byte goes out, and never changed. It is a person's or a machine's: of the
machine's key it holds the beginning alone. The oldest are deleted by the rule of retention, and by nothing else.
"""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import QuerySet

from enterprises import locks
from pushes import errors
from pushes.models import Delivery, Receipt, ReceiptKind, ReceiptsDeleted

KEPT_YEARS = 3  # by law; the database refuses less


def downloaded(*, delivery: Delivery, by: User | None, address: str | None, now: datetime, key: str = "") -> Receipt:
    """Record that somebody of the delivery's institution fetches its package, and from which address."""
    receipt = _receipt(ReceiptKind.DOWNLOAD, delivery, by, key, address, now)
    receipt.save()
    return receipt


def answered(
    *,
    kind: ReceiptKind,
    delivery: Delivery,
    address: str | None,
    sha256: str,
    rows: int,
    now: datetime,
    by: User | None = None,
    key: str = "",
) -> Receipt:
    """Record that a machine, or a person, is given an answer out of the delivery's edition: the digest of its bytes,
    and how many codes were asked or rows are given.
    """
    receipt = _receipt(kind, delivery, by, key, address, now)
    receipt.sha256, receipt.rows = sha256, rows
    receipt.save()
    return receipt


def acknowledged(*, delivery: Delivery, by: User | None, address: str | None, now: datetime, key: str = "") -> Receipt:
    """Record that somebody says that the institution has the edition. Said again by the same, the first word stands."""
    said = acknowledgements(delivery).filter(user=by, key=key)
    with transaction.atomic():
        locks.hold(f"acknowledgement:{delivery.pk}")  # a conflict at the row would cost a number
        receipt = said.first()
        if receipt is None:
            receipt = _receipt(ReceiptKind.ACKNOWLEDGEMENT, delivery, by, key, address, now)
            receipt.save()
    return receipt


def looked_up(*, delivery: Delivery, by: User, address: str | None, now: datetime) -> Receipt:
    """Record that somebody compared a list of the institution's with the delivery's edition; nothing of the list."""
    return Receipt.objects.create(
        kind=ReceiptKind.LOOKUP,
        institution=delivery.channel.institution,
        delivery=delivery,
        user=by,
        at=now,
        address=address,
    )


def acknowledgements(delivery: Delivery) -> QuerySet[Receipt]:
    """Who acknowledged the delivery, the first one first."""
    said = Receipt.objects.filter(kind=ReceiptKind.ACKNOWLEDGEMENT, delivery=delivery)
    return said.select_related("user").order_by("number")


def delete_old(*, years: int, now: datetime) -> ReceiptsDeleted | None:
    """Delete the receipts older than so many years, the oldest first; returns what was deleted, which is on record.

    Raises `KeptTooShort`.
    """
    if years < KEPT_YEARS:
        raise errors.KeptTooShort(years)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM pushes_delete_receipts(least(%s, now()) - make_interval(years => %s))", [now, years]
        )
        deleted = cursor.fetchone()
    return ReceiptsDeleted.objects.get(pk=deleted[0]) if deleted else None


def _receipt(
    kind: ReceiptKind, delivery: Delivery, by: User | None, key: str, address: str | None, now: datetime
) -> Receipt:
    assert delivery.package is not None  # noqa: S101 - nothing is fetched before it is built
    return Receipt(
        kind=kind,
        institution=delivery.channel.institution,
        delivery=delivery,
        user=by,
        key=key,
        at=now,
        address=address,
        sha256=delivery.package.sha256,
    )
