"""Secrets as they lie in the database: passwords and keys of institutions, unreadable without the installation's key.

Law: a secret is enclosed with today's key and disclosed with any key that is still named.
"""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from pushes import errors


def enclose(text: str) -> str:
    """The secret as it may be stored; equal secrets look different."""
    return _lock().encrypt(text.encode()).decode()


def disclose(stored: str) -> str:
    """The secret that was enclosed. Raises `SecretUnreadable` where its key is not named any more."""
    try:
        return _lock().decrypt(stored.encode()).decode()
    except InvalidToken as error:
        raise errors.SecretUnreadable from error


def _lock() -> MultiFernet:
    return MultiFernet([_key(text) for text in (settings.SECRETS_KEY, *settings.SECRETS_OLD_KEYS)])


def _key(text: str) -> Fernet:
    """A key of its own for this use, out of a long random text that may have others."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"pushes.secrets_at_rest").derive(text.encode())
    return Fernet(urlsafe_b64encode(derived))
