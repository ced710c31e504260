"""What a channel is given and what it answers (pure).

Law: a failure is a value, and the same parcel may come twice.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import IO, Any, Literal, NamedTuple
from uuid import UUID


class Summary(NamedTuple):
    """What the package holds: its members, and how many came, went and changed since the edition that the institution
    was given last. `since` names that; it is empty where there is none to compare with, and the numbers say nothing.
    """

    members: int
    added: int
    removed: int
    changed: int
    since: str = ""


class Confirmed(NamedTuple):
    """What a platform says that it has: an edition, and the digest of the members that it holds by it."""

    edition: str
    digest: str


@dataclass(frozen=True)
class Batch:
    """An edition as rows, in pages, for a platform: all members, or what changed since the edition that it has.

    `manifest` says what is in it and what proves it, `signature` is of its canonical form; `page` gives the rows of a
    page, from 1 on, as JSON with commas between them. The id is the same as long as the content and its pages are.
    """

    id: UUID
    manifest: Mapping[str, Any]
    signature: str
    page: Callable[[int], bytes]

    @property
    def pages(self) -> int:
        return int(self.manifest["pages"])

    @property
    def digest(self) -> str:
        """Of the members that the platform has once it has taken the batch."""
        return str(self.manifest["digest"])

    @property
    def is_delta(self) -> bool:
        return self.manifest["since"] is not None


Batches = Callable[[Confirmed | None, int], AbstractContextManager[Batch]]


@dataclass(frozen=True)
class Parcel:
    """One edition for one institution, under an id that stays; `open` gives the package's bytes.

    `page` is the address where people look at the edition, `fetch` the one where machines fetch the package: both
    whole. A trial parcel carries the latest edition and says of itself that it is a trial. What `open` gives of a
    locked one is a zip around the package under the institution's password, made anew each time: size and sum stay
    the package's own. `batch` gives the same content as rows, for what the other side has and a number of rows a page.
    """

    id: UUID
    edition: str
    institution: str
    as_of: date
    file_name: str
    size: int
    sha256: str
    open: Callable[[], IO[bytes]]
    summary: Summary
    page: str
    fetch: str
    trial: bool = False
    locked: bool = False
    batch: Batches | None = None


OUR_FAULT = "internal"  # the code of a failure that was ours: what it says, the bureau alone reads


class Answer(NamedTuple):
    """What came of a sending, and why.

    `delivered`; a `passing` failure (try again); a `permanent` one (the other side will not have it); or `refused`:
    by us, since the target is no address that we call. `to` is where it went, `code` the other side's own word (an
    HTTP status, an SMTP reply).
    """

    outcome: Literal["delivered", "passing", "permanent", "refused"]
    detail: str = ""
    to: str = ""
    code: str = ""


Channel = Callable[[Parcel], Answer]
