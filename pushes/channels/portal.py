"""The portal channel: the institution fetches the package, so it is delivered once it lies ready, whole."""

from django.utils.translation import gettext as _

from pushes.channels.parcel import OUR_FAULT, Answer, Parcel
from pushes.digesting import sha256_of


def send(parcel: Parcel) -> Answer:
    """Delivered where the store holds the very bytes that were built."""
    where = {"file": parcel.file_name}
    try:
        with parcel.open() as package:
            digest = sha256_of(package)
    except FileNotFoundError:
        return _ours(_("%(file)s is not in the store.") % where)
    except OSError as error:
        reason = {**where, "reason": error.strerror or type(error).__name__}
        return _ours(_("%(file)s cannot be read: %(reason)s.") % reason)
    if digest != parcel.sha256:
        return _ours(_("%(file)s in the store is not what was built: its SHA-256 differs.") % where)
    return Answer("delivered")


def _ours(words: str) -> Answer:
    return Answer("passing", words, code=OUR_FAULT)
