"""What a package says of itself, in the shape of a Data Package (pure).

Law: nothing in it depends on when or where the package was built. A file's name tells its table and its form.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import NotRequired, TypedDict

from enterprises.calendar import last_day, next_quarter
from pushes.formats import words
from pushes.formats.offered import ANNEXES, CSV, GB18030, JSONL, PARQUET, SUFFIXES, TABLES, XLSX
from pushes.formats.table import Column

NAME, SIGNATURE, README = "manifest.json", "manifest.sig", "README.txt"
FORMAT = "zzkj-package/2"
ENTERPRISES, RECOGNITIONS, CHANGES = TABLES


@dataclass(frozen=True)
class Form:
    """A way of writing a table. `encoding` is empty where the file is no text."""

    format: str
    mediatype: str
    encoding: str = ""


# What stands behind a table's name → how it is written; the form that is read first stands first.
FORMS = {
    SUFFIXES[CSV]: Form("csv", "text/csv", "utf-8"),
    SUFFIXES[GB18030]: Form("csv", "text/csv", "gb18030"),
    SUFFIXES[JSONL]: Form("jsonl", "application/jsonl", "utf-8"),
    SUFFIXES[PARQUET]: Form("parquet", "application/vnd.apache.parquet"),
    SUFFIXES[XLSX]: Form("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
_PLAIN_TEXT = Form("txt", "text/plain", "utf-8")
TABLE_FILES = {table + form: (table, form) for table in (*TABLES, *ANNEXES) for form in FORMS}
KNOWN = {NAME, SIGNATURE, README, *TABLE_FILES}


class Field(TypedDict):
    """A column; `type` is "string" or "date"."""

    name: str
    type: str


class Schema(TypedDict):
    """The columns of a table, in their order."""

    fields: list[Field]


class Resource(TypedDict):
    """One file of the package; `hash` is `sha256:` and the digest. `rows` are without the header."""

    name: str
    path: str
    title: str
    format: str
    mediatype: str
    encoding: NotRequired[str]
    bytes: int
    hash: str
    sm3: str
    rows: NotRequired[int]
    schema: NotRequired[Schema]


class PreviousFacts(TypedDict):
    """The edition to which `changes` compares: the one that was told before in the same profile, if any."""

    edition: str
    digest: str


class NextFacts(TypedDict):
    """The edition that follows: its quarter, and the day (ISO) on which it is due."""

    quarter: str
    due_on: str


class EditionFacts(TypedDict):
    """The edition: dates in ISO form, moments in UTC; `digest` proves all members, whatever the cut.

    `kind` is "quarter", or "urgent": an edition between quarters that holds revocations alone.
    """

    edition: str
    kind: str
    quarter: str
    version: str
    as_of: str
    known_by: str
    sealed_at: str
    digest: str
    previous: PreviousFacts | None


class ProfileFacts(TypedDict):
    """The cut that was agreed to, by its digest and in full. No programmes, districts or columns mean all.

    Institutions that agreed to the same share a package, so it does not tell whose version of a profile this is.
    `annexes` names the lists and points that were agreed on beside; it is there where any were.
    """

    programmes: list[str]
    districts: list[str]
    include_name_only: bool
    columns: list[str]
    formats: list[str]
    annexes: NotRequired[list[str]]
    digest: str


class ProgrammeFacts(TypedDict):
    """How many members of this package hold a programme."""

    code: str
    name: str
    members: int


class Counts(TypedDict):
    """What this package holds; of a table of the annex where there is one."""

    members: int
    recognitions: int
    added: int
    removed: int
    changed: int
    named_lists: NotRequired[int]
    points: NotRequired[int]


class KeyFacts(TypedDict):
    """The key that signed `manifest.json`: the algorithm, the key's id and its whole fingerprint."""

    algorithm: str
    id: str
    fingerprint: str


class Manifest(EditionFacts):
    """The whole of `manifest.json`: a Data Package's own properties, and our facts beside them."""

    profile: str
    name: str
    title: str
    created: str
    format: str
    next: NextFacts
    cut: ProfileFacts
    programmes: list[ProgrammeFacts]
    counts: Counts
    key: KeyFacts
    resources: list[Resource]


def made(
    edition: EditionFacts,
    cut: ProfileFacts,
    programmes: list[ProgrammeFacts],
    counts: Counts,
    key: KeyFacts,
    resources: list[Resource],
) -> Manifest:
    """The manifest of these facts and files."""
    return {
        "profile": "data-package",
        "name": edition["edition"].lower(),
        "title": words.edition_title(edition["quarter"], edition["version"], urgent=edition["kind"] == "urgent"),
        "created": edition["sealed_at"],
        "format": FORMAT,
        **edition,
        "next": next_of(edition["quarter"]),
        "cut": cut,
        "programmes": programmes,
        "counts": counts,
        "key": key,
        "resources": resources,
    }


def next_of(quarter: str) -> NextFacts:
    """The edition after any of this quarter: as of the next quarter's end, due on the day that follows it."""
    following = next_quarter(quarter)
    return {"quarter": following, "due_on": (last_day(following) + timedelta(days=1)).isoformat()}


def resource(name: str, *, sha256: str, sm3: str, size: int, rows: int = 0, columns: Iterable[Column] = ()) -> Resource:
    """The facts of one file, whose name is known; `rows` and `columns` of tables only."""
    table, form = TABLE_FILES.get(name, ("", ""))
    how = FORMS.get(form, _PLAIN_TEXT)
    facts: Resource = {
        "name": name.lower(),
        "path": name,
        "title": words.TABLES.get(table, words.README),
        "format": how.format,
        "mediatype": how.mediatype,
        "bytes": size,
        "hash": f"sha256:{sha256}",
        "sm3": sm3,
    }
    if how.encoding:
        facts["encoding"] = how.encoding
    if table:
        facts["rows"] = rows
        fields: list[Field] = [
            {"name": column.title, "type": "date" if column.days else "string"} for column in columns
        ]
        facts["schema"] = {"fields": fields}
    return facts


def annexes_in(found: Manifest) -> list[str]:
    """The tables of the annex that the package says it holds."""
    return [table for table in ANNEXES if table in found["counts"]]


def columns_of(facts: Resource) -> list[str]:
    """The titles of a table's columns."""
    return [field["name"] for field in facts["schema"]["fields"]] if "schema" in facts else []


def written(manifest: Manifest) -> bytes:
    """The manifest as it stands in the package, and as it is signed."""
    return json.dumps(manifest, ensure_ascii=False, indent=2).encode() + b"\n"
