"""What a package says of itself (pure). Law: nothing in it depends on when or where the package was built."""

import json
from typing import TypedDict

from pushes.formats.offered import SUFFIXES, TABLES

NAME = "manifest.json"
FORMAT = "zzkj-package/1"
ENTERPRISES, WORKBOOK, RECOGNITIONS, CHANGES = (
    "enterprises.csv",
    "enterprises.xlsx",
    "recognitions.csv",
    "changes.csv",
)
FILES = tuple(table + suffix for table in TABLES for suffix in SUFFIXES.values())


class FileFacts(TypedDict):
    """One file of the package; `rows` are without the header."""

    name: str
    sha256: str
    bytes: int
    rows: int
    columns: list[str]


class PreviousFacts(TypedDict):
    """The edition to which `changes` compares: the one that was told before in the same profile, if any."""

    edition: str
    digest: str


class EditionFacts(TypedDict):
    """The edition: dates in ISO form, moments in UTC; `digest` proves all members, whatever the cut."""

    edition: str
    quarter: str
    version: int
    as_of: str
    known_by: str
    sealed_at: str
    digest: str
    previous: PreviousFacts | None


class ProfileFacts(TypedDict):
    """The cut that was agreed to, by its digest and in full. No programmes, districts or columns mean all.

    Institutions that agreed to the same share a package, so it does not tell whose version of a profile this is.
    """

    programmes: list[str]
    districts: list[str]
    include_name_only: bool
    columns: list[str]
    formats: list[str]
    digest: str


class ProgrammeFacts(TypedDict):
    """How many members of this package hold a programme."""

    code: str
    name: str
    members: int


class Counts(TypedDict):
    """What this package holds."""

    members: int
    recognitions: int
    added: int
    removed: int
    changed: int


class Manifest(EditionFacts):
    """The whole of `manifest.json`."""

    format: str
    profile: ProfileFacts
    programmes: list[ProgrammeFacts]
    counts: Counts
    files: list[FileFacts]


def written(manifest: Manifest) -> bytes:
    """The manifest as it stands in the package."""
    return json.dumps(manifest, ensure_ascii=False, indent=2).encode() + b"\n"
