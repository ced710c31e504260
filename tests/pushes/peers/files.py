"""An SFTP server. Who signs in says how it behaves; each user has a folder that begins empty."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh

PASSWORD = "open sesame"


@dataclass
class Files:
    """`folder` holds a folder for each user; `public_keys` are let in beside the password. It has two keys itself."""

    folder: Path
    host_key: str
    other_host_key: str
    port: int = 0
    public_keys: list[str] = field(default_factory=list)
    uploads: list[str] = field(default_factory=list)
    sign_ins: int = 0

    def of(self, user: str) -> Path:
        made = self.folder / user
        made.mkdir(exist_ok=True)
        return made


class _Door(asyncssh.SSHServer):
    def __init__(self, files: Files) -> None:
        self._files = files

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        self._files.sign_ins += 1
        return password == PASSWORD

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return key.public_data in {asyncssh.import_public_key(text).public_data for text in self._files.public_keys}


class _Server(asyncssh.SFTPServer):
    def __init__(self, channel: asyncssh.SSHServerChannel[bytes], files: Files) -> None:
        self._user = str(channel.get_extra_info("username"))
        self._files = files
        super().__init__(channel, chroot=str(files.of(self._user)).encode())

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        if pflags & asyncssh.FXF_WRITE:
            if self._user == "readonly":
                raise asyncssh.SFTPPermissionDenied("read only")
            self._files.uploads.append(path.decode())
        return super().open(path, pflags, attrs)

    async def write(self, file_obj: object, offset: int, data: bytes) -> int:
        if self._user == "full":
            raise asyncssh.SFTPFailure("no space left on device")
        if self._user == "slow":
            await asyncio.sleep(20)
        if self._user == "lossy":
            data = data[:-1]
        written = super().write(file_obj, offset, data)
        assert isinstance(written, int)
        return written

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        if self._user == "norename":
            raise asyncssh.SFTPPermissionDenied("no renaming")
        super().rename(oldpath, newpath)


@contextmanager
def running(folder: Path) -> Iterator[Files]:
    keys = [asyncssh.generate_private_key(kind) for kind in ("ssh-ed25519", "ecdsa-sha2-nistp256")]
    first, second = (key.export_public_key().decode().strip() for key in keys)
    files = Files(folder, first, second)
    loop = asyncio.new_event_loop()

    async def start() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=keys,
            server_factory=lambda: _Door(files),
            sftp_factory=lambda channel: _Server(channel, files),
            config=None,
        )

    async def stop(acceptor: asyncssh.SSHAcceptor) -> None:
        acceptor.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    acceptor = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    files.port = acceptor.get_port()
    yield files
    asyncio.run_coroutine_threadsafe(stop(acceptor), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
