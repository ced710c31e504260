"""Closes a package: its README, its manifest, the signature, and the zip of it all (pure).

Law: the same files, key and words give the same bytes.
"""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pushes import manifest
from pushes.digesting import sums_of
from pushes.formats import readme
from pushes.formats.table import Column
from pushes.manifest import Counts, EditionFacts, KeyFacts, Manifest, ProfileFacts, ProgrammeFacts, Resource
from pushes.signing import Signer

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the zip format's own beginning
_READABLE = 0o100644 << 16
_UNIX = 3


class Table(NamedTuple):
    """A table's file as it was written; `rows` without the header."""

    name: str
    rows: int
    columns: Sequence[Column]


@dataclass(frozen=True)
class Proof:
    """Who signs, at which address the public keys lie, and whom the README says to ask."""

    signer: Signer
    keys_page: str
    contact: str


@dataclass(frozen=True)
class Facts:
    """What the manifest tells beside its files."""

    edition: EditionFacts
    cut: ProfileFacts
    programmes: list[ProgrammeFacts]
    counts: Counts


def close(folder: Path, tables: Iterable[Table], facts: Facts, proof: Proof) -> tuple[Path, Manifest]:
    """Add what proves the tables in `folder` and zip it all there; returns the zip's path and the manifest."""
    public = proof.signer.public
    key: KeyFacts = {"algorithm": proof.signer.algorithm, "id": public.id, "fingerprint": public.fingerprint}
    resources = [_resource(folder, *table) for table in tables]
    told = readme.Facts(facts.edition, key, resources, proof.keys_page, proof.contact)
    (folder / manifest.README).write_bytes(readme.written(told))
    resources.append(_resource(folder, manifest.README))
    made = manifest.made(facts.edition, facts.cut, facts.programmes, facts.counts, key, resources)
    content = manifest.written(made)
    (folder / manifest.NAME).write_bytes(content)
    (folder / manifest.SIGNATURE).write_bytes(proof.signer.sign(content))
    names = [manifest.README, manifest.NAME, manifest.SIGNATURE, *(file["path"] for file in resources[:-1])]
    return _zipped(folder, names), made


def _resource(folder: Path, name: str, rows: int = 0, columns: Sequence[Column] = ()) -> Resource:
    with (folder / name).open("rb") as content:
        sums = sums_of(content)
    return manifest.resource(name, sha256=sums.sha256, sm3=sums.sm3, size=sums.size, rows=rows, columns=columns)


def _zipped(folder: Path, names: Iterable[str]) -> Path:
    package = folder / "package.zip"
    with ZipFile(package, "w") as archive:
        for name in names:
            with (folder / name).open("rb") as source, archive.open(_entry(folder / name), "w") as target:
                shutil.copyfileobj(source, target, 1024 * 1024)
    return package


def _entry(file: Path) -> ZipInfo:
    entry = ZipInfo(file.name, _EPOCH)
    entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, _UNIX, _READABLE
    entry.file_size = file.stat().st_size
    return entry
