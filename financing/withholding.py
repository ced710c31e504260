"""What figures may tell to whom (pure). Law: no sum tells what one institution has, nor can it be had by subtraction.

A sum is told where at least three institutions beside the reader's own stand behind it, none of them for nearly all of
it, and five enterprises. What is left out of a table whose total is told is judged together, as subtraction would have
it. Who may see which enterprises a figure counts, or how institutions share them, is judged in the same way.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple, TypeVar

INSTITUTIONS = 3  # beside the reader's own
ENTERPRISES = 5
MOST = Decimal("0.85")  # of a sum, that one institution may have

T = TypeVar("T")


class Part(NamedTuple):
    """A figure: how many enterprises it counts, and what each institution that said something adds to it."""

    enterprises: int
    by: Mapping[str, Decimal]


May = Callable[[Part], bool]
NOTHING = Part(0, {})


def tellable(part: Part, own: str = "") -> bool:
    """Whether the sum may be told to somebody who knows what the institution `own` adds to it."""
    said = [value for code, value in part.by.items() if code != own]
    others = [value for value in said if value]
    if not any(part.by.values()):  # that one or two have nothing is theirs to tell
        return not said or len(said) >= INSTITUTIONS
    if part.enterprises < ENTERPRISES or len(others) < INSTITUTIONS:
        return False
    return max(others) <= MOST * sum(others)


def mixed(part: Part) -> bool:
    """Whether the enterprises may be named: `by` says how many of them each institution lends to, and to none lends
    so large a part of them that a name alone would tell whose customer it is.
    """
    lenders = [count for count in part.by.values() if count]
    if not lenders:
        return True
    return len(lenders) >= INSTITUTIONS and max(lenders) <= MOST * part.enterprises


def of_parts(parts: Mapping[str, Part], may: May) -> set[str]:
    """Which parts of a whole may be told beside its total: each for itself, and what is left out taken together."""
    told = {name for name, part in parts.items() if may(part)}
    smallest = sorted(told, key=lambda name: (sum(parts[name].by.values()), name))
    while len(told) < len(parts) and not may(_together(parts[name] for name in parts if name not in told)):
        if not smallest:
            break
        told.discard(smallest.pop(0))
    return told


def of_overlapping(parts: Mapping[str, Part], total: Part, may: May) -> set[str]:
    """The same of parts that overlap, such as programmes: beside each, the rest of the total and of one that may hold
    it whole is judged, and what is left of these without others as well that may lie beside it.
    """
    told: dict[str, Part] = {}
    for name, part in sorted(parts.items(), key=lambda pair: (-sum(pair[1].by.values()), pair[0])):
        wholes = [total, *told.values()]
        others = list(told.values())
        if may(part) and all(may(rest) for whole in wholes for rest in _rests(whole, part, others)):
            told[name] = part
    return set(told)


def moments(changes: Iterable[tuple[T, Hashable]], least: int) -> list[T]:
    """Of what came in, in its order: the moments between which at least so many institutions changed something, so
    that no two states of a figure differ by what one of them said.
    """
    found: list[T] = []
    since: set[Hashable] = set()
    for moment, institution in changes:
        since.add(institution)
        if len(since) >= least:
            found.append(moment)
            since = set()
    return found


def _together(parts: Iterable[Part]) -> Part:
    enterprises, by = 0, dict[str, Decimal]()
    for part in parts:
        enterprises += part.enterprises
        for code, value in part.by.items():
            by[code] = by.get(code, Decimal(0)) + value
    return Part(enterprises, by)


def _rests(whole: Part, part: Part, others: Sequence[Part]) -> Iterator[Part]:
    """What the whole has beside the part, alone and with any of the others that may lie in what is left."""
    rest = _rest(whole, part)
    if rest is None:
        return
    yield rest
    for place, other in enumerate(others, start=1):
        yield from _rests(rest, other, others[place:])


def _rest(whole: Part, part: Part) -> Part | None:
    """What the whole has beside the part; None where the part cannot lie in it, or is it."""
    enterprises = whole.enterprises - part.enterprises
    if enterprises < 0:
        return None
    by = {code: whole.by.get(code, Decimal(0)) - part.by.get(code, Decimal(0)) for code in {*whole.by, *part.by}}
    if any(value < 0 for value in by.values()) or not (enterprises or any(by.values())):
        return None
    return Part(enterprises, by)
