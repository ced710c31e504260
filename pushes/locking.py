"""Puts a package under a password: a zip around the zip, encrypted in the way that banks' tools open (pure).

Law: it is made anew for each hand that takes it, never stored, and never the same twice; what is shared and proved is
the package inside.
"""

import secrets
import shutil
from tempfile import TemporaryFile
from typing import IO, cast

import pyzipper

# Without signs that are mistaken for one another when they are read out over the telephone.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 5, 4


def fresh_password() -> str:
    """Twenty random signs in groups: 99 bits."""
    return "-".join("".join(secrets.choice(_SIGNS) for _sign in range(_GROUP)) for _group in range(_GROUPS))


def locked(content: IO[bytes], name: str, password: str) -> IO[bytes]:
    """The content as a file `name` in a zip under AES-256, to be read from its beginning; it vanishes when closed."""
    target = TemporaryFile()  # noqa: SIM115 - whoever reads it closes it
    with pyzipper.AESZipFile(target, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password.encode())
        with archive.open(name, "w", force_zip64=True) as closed:
            shutil.copyfileobj(content, closed, 1024 * 1024)
    target.seek(0)
    return cast(IO[bytes], target)
