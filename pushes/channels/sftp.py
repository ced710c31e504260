"""The SFTP channel: the package itself, laid into the institution's folder, with its sum beside it.

Law: the server's key is pinned, and `NAME.ok` is written last: who waits for it never reads half a package. What lies
there whole already is not sent again.
"""

import asyncio
import hashlib
import posixpath
import socket
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import IO

import asyncssh
from django.utils.translation import gettext as _

from pushes import errors
from pushes.channels import calling
from pushes.channels.parcel import OUR_FAULT, Answer, Parcel

_PIECE = 4 * 1024 * 1024  # bytes at a time: many requests of the protocol in flight at once
_OK_LONGEST = 1000
_MISSING = (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath)
# The pinned kind of key is asked for first, the others after it: a server with another key shows it and is refused,
# where it would else just hang up, like one that is out of order.
_HOST_KEYS = "ssh-ed25519,ecdsa-sha2-*,rsa-sha2-*"
_SIGNED_BY = {"ssh-rsa": "rsa-sha2-*"}


@dataclass(frozen=True)
class Target:
    """Where to upload, as whom, and how an upload ends. `host_key` is the one public key that the server may have."""

    host: str
    port: int
    username: str
    host_key: str
    folder: str
    rename: bool
    password: str | None = field(repr=False)
    private_keys: tuple[str, ...] = field(repr=False)
    rules: calling.Rules


class _SizeDiffers(Exception):
    pass


class _NotWhatWasBuilt(Exception):
    pass


def send(target: Target, parcel: Parcel) -> Answer:
    """Delivered once the package lies there under its name, as long as it is here, with its `.ok`."""
    to = f"sftp://{target.username}@{target.host}:{target.port}/{target.folder.lstrip('/')}"
    began = time.monotonic()
    try:
        with (
            closing(calling.connect(target.host, target.port, target.rules)) as connection,
            calling.deadline(connection, target.rules.upload_seconds),
        ):
            return Answer("delivered", asyncio.run(_upload(connection, target, parcel)), to)
    except errors.TargetRefused as error:
        return Answer("refused", str(error), to)
    except Exception as error:
        if time.monotonic() - began >= target.rules.upload_seconds:
            return Answer("passing", _("The upload took too long."), to)
        return _failed(error, to)


def _failed(error: Exception, to: str) -> Answer:
    """What is wrong, and whether waiting may mend it. A wrong password is for good: trying again locks accounts."""
    reason = {"reason": getattr(error, "reason", "") or str(error) or type(error).__name__}
    match error:
        case asyncssh.HostKeyNotVerifiable() | asyncssh.KeyExchangeFailed():
            words = _("The server does not show the key that is registered for it: nothing was sent. %(reason)s")
            return Answer("permanent", words % reason, to)
        case asyncssh.PermissionDenied():
            return Answer("permanent", _("The server does not let us in: %(reason)s") % reason, to)
        case _SizeDiffers():
            return Answer("passing", _("What arrived has another size than what was sent."), to)
        case _NotWhatWasBuilt():
            return Answer(
                "passing", _("The package in the store is not what was built: it was not vouched for."), to, OUR_FAULT
            )
        case asyncssh.SFTPError():
            words = _("The server refused the upload: %(reason)s")
            return Answer("passing", words % reason, to, str(error.code))
        case asyncssh.Error() | OSError():
            return Answer("passing", _("The upload failed: %(reason)s") % reason, to)
    raise error


async def _upload(connection: socket.socket, target: Target, parcel: Parcel) -> str:
    connection.setblocking(False)
    async with (
        asyncssh.connect(sock=connection, options=_options(target)) as session,
        session.start_sftp_client() as files,
    ):
        return await _place(files, target, parcel)


def _options(target: Target) -> asyncssh.SSHClientConnectionOptions:
    """Nothing of the machine's own: no keys, agent, known hosts or settings of the account that runs the worker."""
    pinned = asyncssh.import_public_key(target.host_key)
    return asyncssh.SSHClientConnectionOptions(
        config=None,
        agent_path=None,
        known_hosts=([pinned], [], []),
        server_host_key_algs=f"{_SIGNED_BY.get(pinned.get_algorithm(), pinned.get_algorithm())},{_HOST_KEYS}",
        username=target.username,
        password=target.password,
        client_keys=[asyncssh.import_private_key(key) for key in target.private_keys] or None,
        gss_auth=False,
        gss_kex=False,
        login_timeout=target.rules.answer_seconds,
        keepalive_interval=target.rules.answer_seconds,
    )


async def _place(files: asyncssh.SFTPClient, target: Target, parcel: Parcel) -> str:
    """Upload, compare, name, vouch; returns a word where nothing had to be done."""
    name = f"trial-{parcel.file_name}" if parcel.trial else parcel.file_name
    path = posixpath.join(target.folder, name)
    ok = f"{path}.ok"
    there = not parcel.locked and await _size(files, path) == parcel.size
    if there and await _reads(files, ok, _vouched(parcel.sha256, name)):
        return _("It lay there already.")
    await _remove(files, ok)
    with parcel.open() as package:
        written = await _write(files, path, _pieces(package), rename=target.rename, sha256=_expected(parcel))
    await _write(files, ok, iter([_vouched(written, name).encode()]), rename=target.rename)
    return ""


def _vouched(sha256: str, name: str) -> str:
    """As `sha256sum -c` reads it."""
    return f"{sha256}  {name}\n"


def _expected(parcel: Parcel) -> str:
    """The sum that the uploaded bytes must have; that of a locked package nobody knows before."""
    return "" if parcel.locked else parcel.sha256


async def _write(
    files: asyncssh.SFTPClient, path: str, pieces: Iterator[bytes], *, rename: bool, sha256: str = ""
) -> str:
    """A file under its name, once it is whole where the server lets us rename; returns its sum."""
    written, size, digest = f"{path}.part" if rename else path, 0, hashlib.sha256()
    async with files.open(written, "wb") as file:
        for piece in pieces:
            await file.write(piece)
            digest.update(piece)
            size += len(piece)
    if sha256 and digest.hexdigest() != sha256:
        raise _NotWhatWasBuilt
    if await _size(files, written) != size:
        raise _SizeDiffers
    if rename:
        await _remove(files, path)
        await files.rename(written, path)
    return digest.hexdigest()


def _pieces(package: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: package.read(_PIECE), b"")


async def _size(files: asyncssh.SFTPClient, path: str) -> int | None:
    try:
        return (await files.stat(path)).size
    except _MISSING:
        return None


async def _reads(files: asyncssh.SFTPClient, path: str, expected: str) -> bool:
    try:
        async with files.open(path, "r", errors="replace") as file:
            return (await file.read(_OK_LONGEST)) == expected
    except _MISSING:
        return False


async def _remove(files: asyncssh.SFTPClient, path: str) -> None:
    with suppress(*_MISSING):
        await files.remove(path)
