"""The proof of who fetched what.

Law: a receipt is written before the first byte goes out, and never changed.
"""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser

from pushes.models import Delivery, Receipt, ReceiptKind


def downloaded(
    *, delivery: Delivery, by: AbstractBaseUser | None, address: str | None, now: datetime, key: str = ""
) -> Receipt:
    """Record that the delivery's institution fetches its package, and from which address: a person, or a machine
    by the key that begins so.
    """
    assert delivery.package is not None  # noqa: S101 - a constraint holds it for what was delivered
    return Receipt.objects.create(
        kind=ReceiptKind.DOWNLOAD,
        institution=delivery.channel.institution,
        delivery=delivery,
        user_id=by.pk if by else None,
        key=key,
        at=now,
        address=address,
        sha256=delivery.package.sha256,
    )
