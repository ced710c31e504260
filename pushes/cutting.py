"""An institution's part of an edition (pure).

Law: what was not agreed is not in it, neither in records nor in changes.

Old cut + cut changes = new cut, as for whole editions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from enterprises.canonical import Record
from enterprises.delta import Cause, Difference

_OF_CODES = {"code_found", "code_changed"}


@dataclass(frozen=True)
class Cut:
    """What is wanted. No programmes means all of them."""

    programmes: frozenset[str] = frozenset()
    include_name_only: bool = True

    def wants(self, programme: str) -> bool:
        return not self.programmes or programme in self.programmes


class CutChange(NamedTuple):
    """A change as the institution sees it, with the causes that concern it."""

    difference: Difference
    causes: list[Cause]


def cut(record: Record | None, wanted: Cut) -> Record | None:
    """The record with the wanted recognitions only; None where none is left, or its code is lacking."""
    if record is None or not (record["uscc"] or wanted.include_name_only):
        return None
    kept = [recognition for recognition in record["recognitions"] if wanted.wants(recognition["programme"])]
    return {**record, "recognitions": kept} if kept else None


def cut_change(difference: Difference, causes: Iterable[Cause], wanted: Cut) -> CutChange | None:
    """The change in the institution's own terms; None where nothing of it is visible to it."""
    before, after = cut(difference.before, wanted), cut(difference.after, wanted)
    if before == after:
        return None
    seen = [_own(cause, wanted) for cause in causes if _concerns(cause, before, after, wanted)]
    return CutChange(Difference(before, after), seen or [_CORRECTED])


_CORRECTED: Cause = {"cause": "corrected", "programme": "", "before": "", "after": "", "source": ""}


def _own(cause: Cause, wanted: Cut) -> Cause:
    """The cause without its evidence where that is a list of another programme: it would tell of a recognition there.

    A reference begins with its programme's code.
    """
    foreign = not cause["programme"] and not wanted.wants(cause["source"].partition("-")[0])
    return {**cause, "source": ""} if foreign else cause


def _concerns(cause: Cause, before: Record | None, after: Record | None, wanted: Cut) -> bool:
    """Whoever sees the member on one side only learns why it came or went, and nothing of its other side."""
    if cause["programme"]:
        return wanted.wants(cause["programme"])
    if before is not None and after is not None:
        return True
    return (cause["cause"] in _OF_CODES and not wanted.include_name_only) or cause["cause"] == "corrected"
