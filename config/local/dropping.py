"""As whom the servers run: PostgreSQL refuses root, so root is dropped to an account without privileges."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from config.local.errors import FolderNotOurs, NobodyToRunAs
from config.local.finding import Binaries
from config.local.places import LOCAL, TAG

# A user namespace shows our own uid as 'nobody', so the files stay ours: for a checkout that no other account
# may enter, and for a uid without an entry in passwd, which initdb refuses.
NAMESPACE = ("unshare", "--user", "--map-user=65534", "--map-group=65534")

# Given a folder and programs: may this account write the one and execute the others, and has it a name?
PROBE = 'touch "$0/.probe" && rm "$0/.probe" && id -un && for one; do "$one" --version || exit 1; done'


@dataclass(frozen=True)
class Account:
    """As whom servers run, and the `home` folder of their data, which that account may enter and write."""

    home: Path
    drop: tuple[int, int] | None = None
    prefix: tuple[str, ...] = ()

    @property
    def uid(self) -> int:
        return self.drop[0] if self.drop else os.geteuid()

    def command(self, *words: Path | str) -> list[str]:
        return [*self.prefix, *map(str, words)]

    def options(self) -> dict[str, Any]:
        """Return Popen's arguments that make a process run as this account, away from our own folder."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        options: dict[str, Any] = {
            "cwd": "/",
            "env": inherited | {"LC_ALL": "C.UTF-8", "HOME": str(self.home)},
            "stdin": subprocess.DEVNULL,
        }
        if self.drop:
            options |= {"user": self.drop[0], "group": self.drop[1], "extra_groups": []}
        return options

    def own_folder(self, folder: Path) -> None:
        """Make `folder` private to this account; raises FolderNotOurs if somebody else was there first."""
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if folder.is_symlink() or found.st_uid not in (os.geteuid(), self.uid):
            raise FolderNotOurs(f"{folder} belongs to uid {found.st_uid}: it cannot be used. Remove it and try again.")
        folder.chmod(0o700)
        if self.drop:
            os.chown(folder, *self.drop)


def settle(*found: Binaries) -> tuple[Account, list[Binaries]]:
    """Return the first account that can write its home and execute all binaries, and where these lie for it.

    Raises NobodyToRunAs.
    """
    for account in _candidates():
        binaries = [_within_reach(account, one) for one in found]
        if _works(account, binaries):
            return account, binaries
    raise NobodyToRunAs(
        f"PostgreSQL cannot run on {LOCAL} for uid {os.geteuid()}: no account without privileges "
        "may write there, and user namespaces are not allowed. Move the checkout to a folder that every "
        "user may enter, or set DATABASE_URL and REDIS_URL to servers of your own."
    )


def elsewhere() -> Path:
    """Return the home for a checkout that no account without privileges may enter, e.g. one under /root."""
    return Path(f"/var/tmp/local-stack-{TAG}")


def _candidates() -> Iterator[Account]:
    home = LOCAL / TAG
    if os.geteuid() != 0:
        if _is_known(os.geteuid()):
            yield Account(home)
        else:
            yield Account(home, prefix=NAMESPACE)
        return
    owner = home.stat().st_uid if home.exists() else None
    if owner != 0:
        yield Account(home, _unprivileged(owner))
    if not owner:
        yield Account(home, prefix=NAMESPACE)
    yield Account(elsewhere(), _unprivileged(None))


def _is_known(uid: int) -> bool:
    try:
        return bool(pwd.getpwuid(uid))
    except KeyError:
        return False


def _unprivileged(owner: int | None) -> tuple[int, int]:
    """Return uid and gid to which root drops: those of the data's `owner` where there is data already."""
    if owner is not None and _is_known(owner):
        account = pwd.getpwuid(owner)
    else:
        names = {entry.pw_name: entry for entry in pwd.getpwall()}
        account = names.get("postgres") or names["nobody"]
    return account.pw_uid, account.pw_gid


def _within_reach(account: Account, found: Binaries) -> Binaries:
    if not found.belongings or account.home != elsewhere():
        return found
    shelf = _shelf(account)
    copy = shelf / f"{found.name}-{found.version}"
    if not copy.exists():
        unfinished = copy.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        for folder in found.belongings:
            shutil.copytree(folder, unfinished / folder.name, symlinks=True)
        for path in unfinished.rglob("*"):
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        unfinished.rename(copy)
    return found.moved(copy)


def _shelf(account: Account) -> Path:
    shelf = account.home.with_name(account.home.name + "-binaries")
    replace(account, drop=None).own_folder(shelf)
    shelf.chmod(0o755)
    return shelf


def _works(account: Account, binaries: list[Binaries]) -> bool:
    is_new = not account.home.exists()
    account.own_folder(account.home)
    command = account.command("sh", "-c", PROBE, account.home, *(one.path() for one in binaries))
    try:
        works = subprocess.run(command, **account.options(), capture_output=True).returncode == 0
    except OSError:
        works = False
    if is_new and not works:
        account.home.rmdir()  # the next account must not find it
    return works
