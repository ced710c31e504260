"""Which counts may be published (pure). Law: a count below five is not shown, and cannot be had by subtraction either.

Cells that add up to a total that is published: where a small one could be told from the others, the next larger is left
out beside it, until every number from one to four would do.
"""

from collections.abc import Mapping
from dataclasses import dataclass

LEAST = 5


@dataclass(frozen=True)
class Shown:
    """A count that is shown; or none, `small` because it is below five, else to keep another one from being told."""

    count: int | None
    small: bool = False


def shown(count: int) -> Shown:
    """A count that nothing can be subtracted from."""
    return Shown(None, small=True) if 0 < count < LEAST else Shown(count)


def parts_shown(parts: Mapping[str, int]) -> dict[str, Shown]:
    """Counts that add up to a total which is published, or to one that is small itself."""
    small = {name for name, count in parts.items() if 0 < count < LEAST}
    beside: list[str] = []
    others = sorted((count, name) for name, count in parts.items() if count >= LEAST)
    while small and others and _can_be_told(parts, small, beside):
        beside.append(others.pop(0)[1])
    # Where even all of them together would tell, it is not said which of them are small.
    is_told = bool(small) and _can_be_told(parts, small, beside)
    hidden = {name: Shown(None, small=not is_told) for name in small} | {name: Shown(None) for name in beside}
    return {name: hidden.get(name, Shown(count)) for name, count in parts.items()}


def _can_be_told(parts: Mapping[str, int], small: set[str], beside: list[str]) -> bool:
    """Whether the sum of what is hidden leaves a small one fewer possibilities than one to four."""
    hidden = sum(parts[name] for name in (*small, *beside))
    least = len(small) - 1 + LEAST * len(beside)  # of the others
    most = (LEAST - 1) * (len(small) - 1)
    return hidden - least < LEAST - 1 or (not beside and hidden - most > 1)
