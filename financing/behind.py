"""What stands behind a figure: the same by institution, by district and by programme. Law: reads only.

How institutions share a programme or a district is shown only where nobody who knows which enterprises are lent to
could tell whose customers they are, subtraction included; what is divided twice is never divided by institution.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from financing.figures import Key, QuarterFigures
from financing.statistics import Row, Statistics
from financing.withholding import Part, mixed, of_overlapping, of_parts


@dataclass(frozen=True)
class Within:
    """A part of the figure; its row is None where it is withheld."""

    key: Key
    name: str
    row: Row | None


@dataclass(frozen=True)
class Behind:
    """A figure and its parts. `institutions` is None where they are withheld, and where they do not divide it."""

    row: Row
    institutions: list[Row] | None
    districts: list[Within]
    programmes: list[Within]
    withheld: bool  # by institution
    may_name: bool  # the figure's enterprises


def behind(found: Statistics, key: Key, kinds: Mapping[str, str]) -> Behind | None:
    """The figure of the key with its parts; None where there is no such figure, or it is divided too often.

    `kinds` are those of the institutions by code.
    """
    names = _names(found)
    shared = bool(key.kind or key.institution)
    twice = bool(key.group and key.district)
    if key not in names and (shared or not twice or {key._replace(group=""), key._replace(district="")} - set(names)):
        return None
    open_sides = _open(found)
    withheld = twice or not ({key.group, key.district} <= {"", *open_sides})
    return Behind(
        row=found.row(_named(names, key), **key._asdict()),
        institutions=None if key.institution or withheld else _institutions(found, key, kinds),
        districts=[] if key.district else list(_within(found, key, found.districts, open_sides, shared)),
        programmes=[] if key.group else list(_within(found, key, found.programmes, open_sides, shared)),
        withheld=withheld,
        may_name=not shared and mixed(lenders(found.now, key.group, key.district)),
    )  # fmt: skip


def lenders(now: QuarterFigures, group: str = "", district: str = "") -> Part:
    """How many enterprises of the cell are lent to, and how many of them each institution lends to."""
    shared = now.shared.get((group, district), {})
    by = {code: Decimal(cell.lent_to) for code, cell in shared.items() if cell.lent_to}
    return Part(now.cell(group=group, district=district).lent_to, by)


def _open(found: Statistics) -> set[str]:
    """The programmes and districts whose figures may be divided by institution."""
    now = found.now
    districts = {row.key.district: lenders(now, district=row.key.district) for row in found.districts}
    programmes = {row.key.group: lenders(now, group=row.key.group) for row in found.programmes}
    return of_parts(districts, mixed) | of_overlapping(programmes, lenders(now), mixed)


def _institutions(found: Statistics, key: Key, kinds: Mapping[str, str]) -> list[Row]:
    """Those that say something of the figure's enterprises, by today's kinds."""
    rows = [
        found.row(one.name, group=key.group, district=key.district, institution=one.key.institution)
        for one in found.institutions
        if not key.kind or kinds.get(one.key.institution) == key.kind
    ]
    return [row for row in rows if row.cell.institutions]


def _within(found: Statistics, key: Key, rows: Iterable[Row], open_sides: set[str], shared: bool) -> Iterable[Within]:
    for one in rows:
        side = one.key.group or one.key.district
        part = Key(key.group or one.key.group, key.district or one.key.district, key.kind, key.institution)
        shown = not shared or side in open_sides
        yield Within(part, one.name, found.row(one.name, **part._asdict()) if shown else None)


def _names(found: Statistics) -> dict[Key, str]:
    rows = [found.total, *found.programmes, *found.districts, *found.kinds, *found.institutions]
    joined = {Key(group=one.target.group): one.target.name for one in found.targets}
    return joined | {row.key: row.name for row in rows}


def _named(names: dict[Key, str], key: Key) -> str:
    if key in names:
        return names[key]
    return f"{names[Key(group=key.group)]} · {names[Key(district=key.district)]}"
