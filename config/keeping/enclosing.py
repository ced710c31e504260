"""Encloses backups to their keepers' public keys, in the form that age reads.

Law: who makes backups cannot read them. The private key is asked for when one is restored, and kept nowhere.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyrage

from config.keeping import errors

Keys = Sequence[Any]


def recipients(texts: Sequence[str]) -> Keys:
    """The public keys. Raises `NoRecipient`."""
    found = []
    for text in texts:
        try:
            found.append(pyrage.x25519.Recipient.from_str(text.strip()))
        except pyrage.RecipientError as error:
            raise errors.NoRecipient(text) from error
    return found


def identities(file: Path | None) -> Keys:
    """The private keys in a file as age-keygen writes it. Raises `IdentityUnusable`."""
    if file is None:
        return []
    try:
        lines = file.read_text().split()
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line.startswith("AGE-SECRET-KEY-1")]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as error:
        raise errors.IdentityUnusable(file) from error
    if not found:
        raise errors.IdentityUnusable(file)
    return found


def enclose(source: IO[bytes], target: Any, keys: Keys) -> None:
    """Write the source, enclosed. Raises `OSError`."""
    with _as_of_a_disk():
        pyrage.encrypt_io(source, target, keys)


def disclose(source: IO[bytes], target: Any, keys: Keys) -> None:
    """Write what was enclosed. Raises `WrongKey`; `OSError` where it is damaged or cannot be written."""
    with _as_of_a_disk():
        pyrage.decrypt_io(source, target, keys)


@contextmanager
def _as_of_a_disk() -> Iterator[None]:
    try:
        yield
    except pyrage.DecryptError as error:
        if "key" in str(error):
            raise errors.WrongKey from error
        raise OSError(str(error)) from error
    except pyrage.EncryptError as error:
        raise OSError(str(error)) from error
