"""What a backup says of itself (pure). Law: it names all that a restore needs and proves; no secret stands in it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

FORMAT = 1
NAME, SUMS, DATABASE = "manifest.json", "SHA256SUMS", "database.dump"
# Never part of a backup: whoever found one would have what it opens.
KEPT_APART = ("SECRET_KEY", "SECRETS_KEY", "SECRETS_OLD_KEYS", "SIGNING_KEY", "DATABASE_URL", "EMAIL_URL")
_PIECE = 1 << 20


@dataclass(frozen=True)
class Kept:
    """A stored file: its name and sum in the store, and where and as what it lies in the backup's folder."""

    name: str
    sha256: str
    size: int
    path: str
    path_sha256: str


@dataclass(frozen=True)
class EditionFacts:
    """An edition as it was recorded."""

    quarter: str
    version: int
    state: str
    members: int
    digest: str


@dataclass(frozen=True)
class Manifest:
    """One backup. `rows` counts each table; `missing` names files that a row names and the store did not have."""

    name: str
    began_at: str
    postgres: int
    recipients: list[str]
    database_sha256: str
    database_size: int
    migrations: list[str]
    editions: list[EditionFacts]
    rows: dict[str, int]
    files: list[Kept]
    missing: list[str] = field(default_factory=list)
    kept_apart: list[str] = field(default_factory=lambda: list(KEPT_APART))
    format: int = FORMAT

    @property
    def size(self) -> int:
        """Bytes of the database and all files."""
        return self.database_size + sum(one.size for one in self.files)


def text(manifest: Manifest) -> str:
    return json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def parsed(written: str) -> Manifest:
    """Raises `ValueError`, `TypeError` or `KeyError` where it is none, or of a later format."""
    facts: Mapping[str, Any] = json.loads(written)
    if facts["format"] != FORMAT:
        raise ValueError(f"format {facts['format']}")
    editions = [EditionFacts(**one) for one in facts["editions"]]
    files = [Kept(**one) for one in facts["files"]]
    if outside := [one.name for one in files if _leads_out(one.name) or _leads_out(one.path)]:
        raise ValueError(f"outside of the store or the backup: {outside[0]}")
    return Manifest(**{**facts, "editions": editions, "files": files})


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts


def sum_of(stream: IO[bytes]) -> str:
    """SHA-256 of what the stream still holds."""
    total = hashlib.sha256()
    while piece := stream.read(_PIECE):
        total.update(piece)
    return total.hexdigest()


def sum_of_file(path: Path) -> str:
    with path.open("rb") as stream:
        return sum_of(stream)
