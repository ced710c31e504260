"""The keys that sign packages, and the public ones by which anybody checks them.

Law: a signature is of the manifest's very bytes; a key has one id, told by its public half alone; what a retired
key has signed stays checkable.
"""

import hashlib
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from pushes import errors

ALGORITHM = "Ed25519"


@dataclass(frozen=True)
class PublicKey:
    """The half that everybody may have. `id` is the beginning of the fingerprint, SHA-256 over its DER form."""

    id: str
    fingerprint: str
    pem: str

    def signed(self, content: bytes, signature: bytes) -> bool:
        """Whether this key made the signature of these bytes."""
        key = serialization.load_pem_public_key(self.pem.encode())
        assert isinstance(key, Ed25519PublicKey)  # noqa: S101 - nothing else becomes a PublicKey
        try:
            key.verify(signature, content)
        except InvalidSignature:
            return False
        return True


class Signer(Protocol):
    """What signs a package: another algorithm needs no more than this."""

    @property
    def algorithm(self) -> str: ...

    @property
    def public(self) -> PublicKey: ...

    def sign(self, content: bytes) -> bytes: ...


@dataclass(frozen=True)
class Ed25519Signer:
    """Signs with an Ed25519 key: 64 raw bytes, the same for the same content."""

    public: PublicKey
    _key: Ed25519PrivateKey
    algorithm: str = ALGORITHM

    def sign(self, content: bytes) -> bytes:
        return self._key.sign(content)


def signer() -> Ed25519Signer:
    """What signs today, of the settings. Raises `NoSigningKey`, `SigningKeyUnusable`."""
    given = settings.SIGNING_KEY
    if not given and settings.SIGNING_KEY_OF_CHECKOUT:
        given = str(_of_checkout(Path(settings.SIGNING_KEY_OF_CHECKOUT)))
    if not given:
        raise errors.NoSigningKey
    try:
        key = serialization.load_pem_private_key(_text(given).encode(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise errors.SigningKeyUnusable(_named(given), str(error)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise errors.SigningKeyUnusable(_named(given), type(key).__name__)
    return Ed25519Signer(_described(key.public_key()), key)


def public_keys() -> list[PublicKey]:
    """Every key that packages of this house are checked with: today's, then the retired ones.

    Raises `SigningKeyUnusable`, `PublicKeyUnusable`.
    """
    now = today()
    return [*([now] if now else []), *retired_keys()]


def retired_keys() -> list[PublicKey]:
    """The public halves of keys that sign no more. Raises `PublicKeyUnusable`."""
    return [_retired(given) for given in settings.SIGNING_RETIRED_KEYS]


def today() -> PublicKey | None:
    """The public half of the key that signs today, if there is one. Raises `SigningKeyUnusable`."""
    try:
        return signer().public
    except errors.NoSigningKey:
        return None


def public_key(content: bytes, name: str) -> PublicKey:
    """The public key written in PEM form in the file `name`. Raises `PublicKeyUnusable`."""
    try:
        key = serialization.load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise errors.PublicKeyUnusable(name) from error
    if not isinstance(key, Ed25519PublicKey):
        raise errors.PublicKeyUnusable(name)
    return _described(key)


def make(path: Path) -> PublicKey:
    """Write a new private key for its owner alone; what is there already stays. Raises `OSError`."""
    key = Ed25519PrivateKey.generate()
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key.private_bytes(*form))
        os.link(fresh, path)  # whole or not there, and never in place of another
    finally:
        fresh.unlink(missing_ok=True)
    return _described(key.public_key())


def is_pem(given: str) -> bool:
    """Whether a setting holds a key itself, and not its path."""
    return given.startswith("-----BEGIN")


def _of_checkout(path: Path) -> Path:
    """The checkout's own key, made when first needed: by one of those who come at once."""
    if not path.exists():
        with suppress(FileExistsError):
            make(path)
    return path


def _retired(given: str) -> PublicKey:
    try:
        return public_key(_text(given).encode(), _named(given, "SIGNING_RETIRED_KEYS"))
    except (OSError, UnicodeDecodeError) as error:
        raise errors.PublicKeyUnusable(given) from error


def _text(given: str) -> str:
    """The PEM that a setting holds, or names by its path."""
    return given.replace("\\n", "\n") if is_pem(given) else Path(given).read_text(encoding="ascii")


def _named(given: str, setting: str = "SIGNING_KEY") -> str:
    """A setting's value as it may be shown: never a key itself."""
    return setting if is_pem(given) else given


def _described(key: Ed25519PublicKey) -> PublicKey:
    subject = serialization.PublicFormat.SubjectPublicKeyInfo
    fingerprint = hashlib.sha256(key.public_bytes(serialization.Encoding.DER, subject)).hexdigest()
    return PublicKey(fingerprint[:16], fingerprint, key.public_bytes(serialization.Encoding.PEM, subject).decode())
