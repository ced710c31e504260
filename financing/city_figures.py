"""The city's figures as one institution may see them, beside its own. Law: nothing that tells what another one has.

Sums are withheld by `withholding`, who reads them known; and they are as of moments between which so many institutions
reported that the difference of two tells of none of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import partial

from django.utils.translation import gettext as _

from enterprises.suppressing import parts_shown, shown
from financing import amounts
from financing.counted import Counted
from financing.errors import NoFiguresYet
from financing.figures import Cell, Key, QuarterFigures, percent
from financing.naming import last_moment
from financing.statistics import district_words
from financing.terms import Terms
from financing.trends import Trend, last_of, quarters, trend_of
from financing.withholding import INSTITUTIONS, Part, of_overlapping, of_parts, tellable
from pushes.models import Institution, InstitutionKind

Of = Callable[[Cell], Decimal]
# What is told of each cell, each by itself.
_MEASURES: Mapping[str, Of] = {
    "lent_to": lambda cell: Decimal(cell.lent_to),
    "balance": lambda cell: cell.balance,
    "lent": lambda cell: cell.lent,
}


@dataclass(frozen=True)
class CityRow:
    """A cell: the city's figures, None where they are withheld, beside the institution's own as they are now."""

    name: str
    members: int | None
    lent_to: Decimal | None
    balance: Decimal | None
    lent: Decimal | None
    own: Cell

    @property
    def share(self) -> Decimal | None:
        return None if self.lent_to is None or not self.members else percent(self.lent_to, self.members)


@dataclass(frozen=True)
class CityFigures:
    """A quarter's figures as known at a moment. `loans` are the shares of first loans, renewals and credit loans."""

    quarter: str
    label: str
    known_by: datetime
    total: CityRow
    loans: list[tuple[str, Decimal | None]]
    programmes: list[CityRow]
    districts: list[CityRow]
    kinds: list[CityRow]


def city_figures(quarter: str, *, reader: Institution, now: datetime, by: Terms) -> CityFigures | None:
    """What the institution may see of the quarter; None while too few have reported. Raises `NoFiguresYet`."""
    moment = moment_shown(quarter, now)
    if moment is None:
        return None
    found = Counted([quarter], known_by=moment, by=by).of(quarter)
    own = Counted([quarter], known_by=now, by=replace(by, kinds={reader.code: reader.kind})).of(quarter)
    seen = _Seen(found, own, reader.code, by)
    return CityFigures(
        quarter, found.edition.label, moment, seen.total(), list(seen.loans()), seen.programmes(), seen.districts(),
        seen.kinds(),
    )  # fmt: skip


def city_trends(quarter: str, *, reader: Institution, now: datetime, by: Terms) -> list[Trend]:
    """How many were lent to, and the balance, over the last quarters; each as the institution may see it."""
    found: list[QuarterFigures] = []
    for one in last_of(quarters(now), quarter):
        try:
            found.append(Counted([one], known_by=moment_shown(one, now) or now, by=by).brief(one))
        except NoFiguresYet:
            continue

    def told(of: Of, one: QuarterFigures) -> Decimal | None:
        may = moment_shown(one.quarter, now) and tellable(_part(one, Key(), of), reader.code)
        return of(one.cell()) if may else None

    return [
        trend_of(_("Enterprises lent to"), found, partial(told, _MEASURES["lent_to"]), amounts.whole),
        trend_of(_("Balance (100 million yuan)"), found, partial(told, _MEASURES["balance"]),
                 amounts.hundred_millions),
    ]  # fmt: skip


def moment_shown(quarter: str, now: datetime) -> datetime | None:
    """The reader knows his own part of a difference: three others reported beside him."""
    return last_moment(quarter, known_by=now, least=INSTITUTIONS + 1)


def _part(found: QuarterFigures, key: Key, of: Of, codes: frozenset[str] | None = None) -> Part:
    """The figure of a key with what each institution, or each of `codes`, adds to it."""
    shared = found.shared.get((key.group, key.district), {})
    by = {code: of(cell) for code, cell in shared.items() if codes is None or code in codes}
    return Part(found.cells.get(key, Cell()).lent_to, by)


class _Seen:
    """The figures, and what of them the reader may see."""

    def __init__(self, found: QuarterFigures, own: QuarterFigures, reader: str, by: Terms) -> None:
        self._found, self._own, self._by = found, own, by
        self._may = partial(tellable, own=reader)
        self._told = {name for name, of in _MEASURES.items() if self._may(_part(found, Key(), of))}

    def total(self) -> CityRow:
        return self._row(Key(), _("all members"), self._found.members_of(), self._told)

    def loans(self) -> list[tuple[str, Decimal | None]]:
        """Of the enterprises that were paid out to."""
        kinds: dict[str, Of] = {
            _("First loans"): lambda cell: Decimal(cell.first),
            _("Renewals"): lambda cell: Decimal(cell.renewed),
            _("Credit loans"): lambda cell: Decimal(cell.on_credit),
        }
        cell = self._found.cell()
        whole = _part(self._found, Key(), lambda cell: Decimal(cell.paid_out))._replace(enterprises=cell.paid_out)
        parts = {name: _part(self._found, Key(), of)._replace(enterprises=int(of(cell))) for name, of in kinds.items()}
        told = of_overlapping(parts, whole, self._may) if self._may(whole) else set()
        return [(name, percent(of(cell), cell.paid_out) if name in told else None) for name, of in kinds.items()]

    def programmes(self) -> list[CityRow]:
        names = {Key(group=code): name for code, name in self._by.programmes.items()}
        held = {key: name for key, name in names.items() if self._found.members.get(key)}
        members = {key: shown(self._found.members[key]).count for key in held}

        def told(of: Of) -> set[Key]:
            parts = {key.group: _part(self._found, key, of) for key in held}
            return {Key(group=code) for code in of_overlapping(parts, _part(self._found, Key(), of), self._may)}

        return self._rows(held, members, told)

    def districts(self) -> list[CityRow]:
        keys = [key for key in self._found.members if key.district and not key.group]
        places = {name: place for place, name in enumerate(self._by.districts.values())}
        keys.sort(key=lambda key: (places.get(key.district, len(places)), key.district))
        counts = parts_shown({key.district: self._found.members[key] for key in keys})

        def told(of: Of) -> set[Key]:
            names = of_parts({key.district: _part(self._found, key, of) for key in keys}, self._may)
            return {Key(district=name) for name in names}

        members = {key: counts[key.district].count for key in keys}
        return self._rows({key: district_words(key.district) for key in keys}, members, told)

    def kinds(self) -> list[CityRow]:
        names = {Key(kind=kind.value): str(kind.label) for kind in InstitutionKind}
        whose = {key: frozenset(code for code, kind in self._by.kinds.items() if kind == key.kind) for key in names}

        def told(of: Of) -> set[Key]:
            parts = {
                key.kind: _part(self._found, Key(), of, whose[key])._replace(
                    enterprises=self._found.cells.get(key, Cell()).lent_to
                )
                for key in names
            }
            return {Key(kind=kind) for kind in of_parts(parts, self._may)}

        return self._rows(names, dict.fromkeys(names), told)  # fmt: skip

    def _rows(
        self, names: Mapping[Key, str], members: Mapping[Key, int | None], told: Callable[[Of], set[Key]]
    ) -> list[CityRow]:
        """A measure whose total is withheld is withheld everywhere."""
        by_measure = {name: told(_MEASURES[name]) for name in self._told}
        return [
            self._row(key, name, members[key], {one for one, keys in by_measure.items() if key in keys})
            for key, name in names.items()
        ]

    def _row(self, key: Key, name: str, members: int | None, told: set[str]) -> CityRow:
        cell = self._found.cells.get(key, Cell())
        values = {one: of(cell) if one in told else None for one, of in _MEASURES.items()}
        return CityRow(name, members, values["lent_to"], values["balance"], values["lent"],
                       self._own.cells.get(key, Cell()))  # fmt: skip
