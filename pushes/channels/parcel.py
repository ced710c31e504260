"""What a channel is given and what it answers (pure).

Law: a failure is a value, and the same parcel may come twice.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Literal, NamedTuple
from uuid import UUID


@dataclass(frozen=True)
class Parcel:
    """One edition for one institution, under an id that stays; `open` gives the package's bytes."""

    id: UUID
    edition: str
    institution: str
    file_name: str
    size: int
    sha256: str
    open: Callable[[], IO[bytes]]


class Answer(NamedTuple):
    """What came of a sending: delivered, a passing failure (try again) or a permanent one, and why."""

    outcome: Literal["delivered", "passing", "permanent"]
    detail: str = ""


Channel = Callable[[Parcel], Answer]
