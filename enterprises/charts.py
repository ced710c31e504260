"""Bars beside numbers, drawn on the server (pure).

Law: the numbers stand in the table; the bars are only their look.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple


class Part(NamedTuple):
    """A piece of a bar: what it counts, how many, where it begins and how long it is, in percent."""

    kind: str
    value: int
    start: str
    width: str


class Bar(NamedTuple):
    """A line of a chart; `link` leads to what it counts, where there is such a page."""

    label: str
    value: int
    parts: Sequence[Part]
    link: str = ""


def bars(values: Iterable[tuple[str, int]], links: Mapping[str, str] | None = None) -> list[Bar]:
    """A bar for each value; the longest fills the width."""
    given = list(values)
    most = max((value for _label, value in given), default=0)
    return [Bar(label, value, _parts({"one": value}, most), (links or {}).get(label, "")) for label, value in given]


def stacked(values: Iterable[tuple[str, Mapping[str, int]]]) -> list[Bar]:
    """A bar of several kinds for each label, the kinds one after another."""
    given = [(label, dict(kinds)) for label, kinds in values]
    most = max((sum(kinds.values()) for _label, kinds in given), default=0)
    return [Bar(label, sum(kinds.values()), _parts(kinds, most)) for label, kinds in given]


def _parts(kinds: Mapping[str, int], most: int) -> list[Part]:
    parts, start = [], 0.0
    for kind, value in kinds.items():
        width = 100 * value / most if most else 0.0
        parts.append(Part(kind, value, f"{start:.2f}%", f"{width:.2f}%"))
        start += width
    return parts
