"""What a channel is given and what it answers (pure).

Law: a failure is a value, and the same parcel may come twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import IO, Literal, NamedTuple
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


@dataclass(frozen=True)
class Parcel:
    """One edition for one institution, under an id that stays; `open` gives the package's bytes.

    `page` is the address where people look at the edition, `fetch` the one where machines fetch the package: both
    whole. A trial parcel carries the latest edition and says of itself that it is a trial. What `open` gives of a
    locked one is a zip around the package under the institution's password, made anew each time: size and sum stay
    the package's own.
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
