"""A quarter's statistics as people read them: rows by programme, district, kind and institution, growth, targets.

Law: reads only; every number is one of `figures`, or follows from such by what stands here. Nothing is rounded.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial

from django.utils.translation import gettext as _

from enterprises.models import Edition
from financing.errors import NoFiguresYet
from financing.figures import NOWHERE, Cell, Key, QuarterFigures, figures, percent
from financing.models import Measure, Target, Unit
from financing.terms import Terms, terms
from pushes.models import InstitutionKind

_TEN_THOUSANDS = {Unit.TEN_THOUSAND: 1, Unit.HUNDRED_MILLION: 10_000}  # in one of the unit


@dataclass(frozen=True)
class Row:
    """One cell with what it is compared to.

    `members` is the denominator of `share`, which is in percent; a single institution has neither. `year_start` is the
    balance of the same cell at the end of the year before, None where nobody reported of it; `growth` since then is in
    percent.
    """

    key: Key
    name: str
    members: int | None
    cell: Cell
    share: Decimal | None
    year_start: Decimal | None
    growth: Decimal | None


@dataclass(frozen=True)
class TargetRow:
    """What was reached of a target, and what is missing: zero or less once it is met. In the target's unit."""

    target: Target
    reached: Decimal | None
    distance: Decimal | None

    @property
    def met(self) -> bool:
        return self.distance is not None and self.distance <= 0


@dataclass(frozen=True)
class Statistics:
    """A quarter's rows. `now` and `before` are the figures behind them, from which `row` makes any other."""

    quarter: str
    edition: Edition
    known_by: datetime
    total: Row
    programmes: list[Row]
    districts: list[Row]
    kinds: list[Row]
    institutions: list[Row]
    targets: list[TargetRow]
    now: QuarterFigures
    before: QuarterFigures | None

    def row(self, name: str = "", **sides: str) -> Row:
        """The row of any cell, such as a programme's in a district."""
        return _row(self.now, self.before, Key(**sides), name)


def statistics(quarter: str, *, known_by: datetime, by: Terms | None = None) -> Statistics:
    """The quarter's statistics as known at that moment, by today's terms or others. Raises `NoFiguresYet`."""
    by = by or terms()
    now = figures(quarter, groups=by.groups, known_by=known_by, kinds=by.kinds)
    return in_rows(now, at_year_start(quarter, known_by=known_by, by=by), by)


def in_rows(now: QuarterFigures, before: QuarterFigures | None, by: Terms) -> Statistics:
    """The figures as rows, beside those of the year's start."""
    row = partial(_row, now, before)
    return Statistics(
        now.quarter, now.edition, now.known_by,
        total=row(Key(), _("all members")),
        programmes=[row(Key(group=code), name) for code, name in by.programmes.items() if now.members_of(group=code)],
        districts=[row(Key(district=name), district_words(name)) for name in _districts(now, by)],
        kinds=[row(Key(kind=kind), str(kind.label)) for kind in InstitutionKind],
        institutions=[
            row(Key(institution=code), name)
            for code, name in by.institutions.items() if now.cell(institution=code).institutions
        ],
        targets=[_reached(now, aim) for aim in by.targets],
        now=now, before=before,
    )  # fmt: skip


def year_start_of(quarter: str) -> str:
    """The fourth quarter of the year before: what growth is told against."""
    return f"{int(quarter[:4]) - 1}Q4"


def district_words(name: str) -> str:
    """What the district of a key is called."""
    return _("no district named") if name == NOWHERE else name


def at_year_start(quarter: str, *, known_by: datetime, by: Terms) -> QuarterFigures | None:
    """The figures that growth is told against, where an edition stood and somebody reported of it."""
    try:
        found = figures(year_start_of(quarter), groups=by.groups, known_by=known_by, kinds=by.kinds)
    except NoFiguresYet:
        return None
    return found if found.cell().institutions else None


def _districts(now: QuarterFigures, by: Terms) -> list[str]:
    """Those that members are in, in the order of the catalogue; members without one come last."""
    held = {key.district for key in now.members if key.district}
    known = [name for name in by.districts.values() if name in held]
    return [*known, *sorted(held - {*known, NOWHERE}), *({NOWHERE} & held)]


def _row(now: QuarterFigures, before: QuarterFigures | None, key: Key, name: str) -> Row:
    cell, sides = now.cells.get(key, Cell()), key._asdict()
    start = before.cell(**sides).balance if before else None
    return Row(
        key, name,
        members=None if key.institution else now.members_of(**sides),
        cell=cell,
        share=None if key.institution else now.share(**sides),
        year_start=start,
        growth=percent(cell.balance - start, start) if start is not None else None,
    )  # fmt: skip


def _reached(now: QuarterFigures, aim: Target) -> TargetRow:
    if aim.measure == Measure.SHARE:
        reached = now.share(group=aim.group)
    else:
        reached = now.cell(group=aim.group).balance / _TEN_THOUSANDS[Unit(aim.unit)]
    return TargetRow(aim, reached, None if reached is None else aim.value - reached)
