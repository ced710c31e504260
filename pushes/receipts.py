"""The proof of who fetched what.

Law: a receipt is written before the first byte goes out, and never changed.
"""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser

from pushes.models import Delivery, Receipt, ReceiptKind


def downloaded(*, delivery: Delivery, by: AbstractBaseUser, address: str | None, now: datetime) -> Receipt:
    """Record that a person of the delivery's institution fetches its package, and from which address."""
    assert delivery.package is not None  # noqa: S101 - a constraint holds it for what was delivered
    return Receipt.objects.create(
        kind=ReceiptKind.DOWNLOAD,
        institution=delivery.channel.institution,
        delivery=delivery,
        user_id=by.pk,
        at=now,
        address=address,
        sha256=delivery.package.sha256,
    )
