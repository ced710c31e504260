"""Rows of figures as the bureau's pages show them, each with the address of what stands behind it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from financing.figures import Key
from financing.statistics import Row, TargetRow
from financing.trends import width_of


class Line(NamedTuple):
    """A row of a table; without an address nothing more stands behind it, without a row it is withheld."""

    name: str
    row: Row | None
    first: Decimal | None = None
    renewed: Decimal | None = None
    on_credit: Decimal | None = None
    address: str = ""


class Aim(NamedTuple):
    """A target as a bar: how far it is reached, in percent of it."""

    row: TargetRow
    width: str
    address: str


Asked = Mapping[str, str]  # of the address: the quarter and the moment that were chosen


def lines(rows: Iterable[Row], asked: Asked) -> list[Line]:
    return [line(row.name, row, cell_address(row.key, asked)) for row in rows]


def line(name: str, row: Row | None, address: str = "") -> Line:
    if row is None:
        return Line(name, None)
    cell = row.cell
    share = cell.share_of_paid_out
    return Line(name, row, share(cell.first), share(cell.renewed), share(cell.on_credit), address)


def aims(rows: Iterable[TargetRow], asked: Asked) -> list[Aim]:
    return [
        Aim(one, width_of(one.reached or 0, one.target.value), cell_address(Key(group=one.target.group), asked))
        for one in rows
    ]


def cell_address(key: Key, asked: Asked, page: str = "cell") -> str:
    """The page of what stands behind a figure."""
    sides = {name: value for name, value in key._asdict().items() if value}
    return f"{reverse(f'admin:financing_statistic_{page}')}?{urlencode({**asked, **sides})}"
