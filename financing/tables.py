"""A quarter's statistics as rows for a sheet: the same tables as the page shows. Law: reads only, rounds nothing."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from financing.statistics import Row, Statistics


def headings() -> Sequence[str]:
    return (
        _("Divided by"), _("Name"), _("Quarter"), _("Edition"), _("Known at"), _("Members"),
        _("Enterprises reported of"), _("Enterprises contacted"),
        _("Enterprises with a credit line"), _("Enterprises lent to"),
        _("Share lent to (%)"), _("Enterprises paid out to"), _("First loans (enterprises)"),
        _("Renewals (enterprises)"), _("Credit loans (enterprises)"), _("Refused (enterprises)"),
        _("Credit lines (10,000 yuan)"), _("Lent in the quarter (10,000 yuan)"), _("Balance (10,000 yuan)"),
        _("Balance at year start (10,000 yuan)"), _("Growth over year start (10,000 yuan)"), _("Growth (%)"),
        _("Institutions"),
    )  # fmt: skip


def rows(found: Statistics) -> Iterator[Sequence[Any]]:
    """Every row of every table, each with what it is divided by."""
    for divided, given in (
        (_("All members"), [found.total]),
        (_("Programme"), found.programmes),
        (_("District"), found.districts),
        (_("Kind of institution"), found.kinds),
        (_("Institution"), found.institutions),
    ):
        for row in given:
            yield _row(found, divided, row)


def _row(found: Statistics, divided: str, row: Row) -> Sequence[Any]:
    cell = row.cell
    grown = cell.balance - row.year_start if row.year_start is not None else None
    return (
        divided, row.name, found.quarter, found.edition.label, found.known_by, row.members, cell.reported,
        cell.contacted, cell.granted, cell.lent_to, _plain(row.share, 4), cell.paid_out, cell.first, cell.renewed,
        cell.on_credit, cell.refused, _plain(cell.credit_line), _plain(cell.lent), _plain(cell.balance),
        _plain(row.year_start), _plain(grown), _plain(row.growth, 4), cell.institutions,
    )  # fmt: skip


def _plain(value: Decimal | None, places: int = 6) -> Decimal | None:
    """To a hundredth of a yuan, or a share to so many places; without zeros that say nothing."""
    if value is None:
        return None
    text = f"{value:.{places}f}"
    return Decimal(text.rstrip("0").rstrip("."))
