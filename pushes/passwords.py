"""Passwords of institutions' packages, and the package as an institution's hands get it.

Law: shared packages stay as they are; a password closes only what leaves.
"""

from datetime import datetime
from typing import IO, NamedTuple

from django.contrib.auth.models import User

from pushes.locking import fresh_password, locked
from pushes.models import Institution, Package, PackagePassword
from pushes.packaging import opened
from pushes.secrets_at_rest import disclose, enclose


class Handed(NamedTuple):
    """The bytes that leave, and the name of their file."""

    content: IO[bytes]
    name: str


def renew(*, institution: Institution, by: User, now: datetime) -> str:
    """Give the institution a new password and return it, for this one time: it is sent by another way than packages."""
    password = fresh_password()
    PackagePassword.objects.update_or_create(
        institution=institution, defaults={"enclosed": enclose(password), "set_at": now, "set_by": by}
    )
    return password


def drop(*, institution: Institution) -> bool:
    """Let the institution have its packages open again; returns whether it had a password."""
    gone, _kinds = PackagePassword.objects.filter(institution=institution).delete()
    return bool(gone)


def has_one(institution: Institution) -> bool:
    """Whether what leaves to the institution is under a password."""
    return PackagePassword.objects.filter(institution=institution).exists()


def file_name(label: str, *, locked: bool) -> str:
    """What the file of an edition so labelled is called when it leaves."""
    return f"{label}.aes.zip" if locked else f"{label}.zip"


def handed(*, institution: Institution, package: Package, label: str) -> Handed:
    """The package as this institution gets it: under its password, where it has one.

    Raises `OSError` where the store has not the file, `SecretUnreadable` where the password cannot be read.
    """
    kept = PackagePassword.objects.filter(institution=institution).first()
    if kept is None:
        return Handed(opened(package), file_name(label, locked=False))
    password = disclose(kept.enclosed)
    with opened(package) as content:
        return Handed(locked(content, file_name(label, locked=False), password), file_name(label, locked=True))
