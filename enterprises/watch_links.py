"""The links by which a watch is confirmed and ended. Law: signed, never stored; whoever has one may do just that."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer, TimestampSigner
from django.urls import reverse

from enterprises import errors
from enterprises.models import Watch

GOOD_FOR = timedelta(hours=48)
_CONFIRM, _END = "enterprises.watch.confirm", "enterprises.watch.end"


def confirm_address(watch: Watch) -> str:
    token = TimestampSigner(salt=_CONFIRM).sign(str(watch.pk))
    return f"{settings.SITE_ADDRESS}{reverse('enterprises:watch-confirm', args=[token])}"


def end_address(watch: Watch) -> str:
    token = Signer(salt=_END).sign(str(watch.pk))
    return f"{settings.SITE_ADDRESS}{reverse('enterprises:watch-end', args=[token])}"


def to_confirm(token: str) -> Watch:
    """The watch that a link confirms. Raises `LinkNotGood`."""
    try:
        return _watch(TimestampSigner(salt=_CONFIRM).unsign(token, max_age=GOOD_FOR))
    except BadSignature as error:
        raise errors.LinkNotGood from error


def to_end(token: str) -> Watch:
    """The watch that a link ends. Raises `LinkNotGood`."""
    try:
        return _watch(Signer(salt=_END).unsign(token))
    except BadSignature as error:
        raise errors.LinkNotGood from error


def _watch(key: str) -> Watch:
    try:
        found = Watch.objects.filter(pk=key).select_related("enterprise").first()
    except ValidationError:
        found = None
    if found is None:
        raise errors.LinkNotGood
    return found
