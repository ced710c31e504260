"""What there is to say of a half year, as one document: statistics of its quarters, and what institutions did.

Law: reads only; of what was known at `known_by` and of the terms alone, so that the same give the same bytes for ever.
Amounts and shares are texts: no reader of JSON may round them.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from enterprises.models import Edition
from financing.activity import NOBODY, Activity, Conversions, activity
from financing.errors import NoFiguresYet, NothingToEvaluate
from financing.figures import QuarterFigures, figures, percent
from financing.halves import quarters_of
from financing.models import Measure
from financing.statistics import Row, Statistics, TargetRow, at_year_start, in_rows
from financing.terms import Terms

FORM = 1  # of the document; whoever adds to it or takes from it counts it up
_AMOUNTS = ("credit_line", "lent", "balance")
_SHARES = ("first", "renewed", "on_credit")


def document(half: str, *, known_by: datetime, by: Terms) -> dict[str, Any]:
    """Everything that the evaluation says. Raises `NoSuchHalf`, `NothingToEvaluate`."""
    quarters = quarters_of(half)
    found = _figures(quarters, known_by, by)
    if not found:
        raise NothingToEvaluate(half)
    before = at_year_start(quarters[0], known_by=known_by, by=by)
    standing = {quarter: one.edition for quarter, one in found.items()}
    return {
        "form": FORM,
        "half": half,
        "known_by": _moment(known_by),
        "terms": by.said(),
        "year_start": _edition(before.edition) if before else None,
        "missing": [quarter for quarter in quarters if quarter not in found],
        "quarters": [_quarter(in_rows(one, before, by)) for one in found.values()],
        "activity": _activity(activity(quarters, standing, known_by=known_by, by=by), by),
    }


def _figures(quarters: tuple[str, str], known_by: datetime, by: Terms) -> dict[str, QuarterFigures]:
    found = {}
    for quarter in quarters:
        try:
            found[quarter] = figures(quarter, groups=by.groups, known_by=known_by, kinds=by.kinds)
        except NoFiguresYet:
            continue
    return found


def _quarter(said: Statistics) -> dict[str, Any]:
    return {
        "quarter": said.quarter,
        "edition": _edition(said.edition),
        "total": _row(said.total),
        "programmes": [_row(row) for row in said.programmes],
        "districts": [_row(row) for row in said.districts],
        "programmes_in_districts": [
            _row(said.row(group=programme.key.group, district=district.key.district))
            for programme in said.programmes
            for district in said.districts
        ],
        "kinds": [_row(row) for row in said.kinds],
        "institutions": [_row(row) for row in said.institutions],
        "targets": [_target(row) for row in said.targets],
    }


def _edition(edition: Edition) -> dict[str, Any]:
    assert edition.sealed_at is not None  # noqa: S101 - figures are of sealed editions alone
    return {
        "label": edition.label, "kind": edition.kind, "as_of": edition.as_of.isoformat(),
        "sealed_at": _moment(edition.sealed_at), "members": edition.members, "digest": edition.digest,
    }  # fmt: skip


def _row(row: Row) -> dict[str, Any]:
    said: dict[str, Any] = {side: code for side, code in row.key._asdict().items() if code}
    said |= vars(row.cell) | {name: _amount(getattr(row.cell, name)) for name in _AMOUNTS}
    said |= {f"{name}_share": _share(row.cell.share_of_paid_out(getattr(row.cell, name))) for name in _SHARES}
    return said | {
        "members": row.members, "share": _share(row.share), "year_start": _amount(row.year_start),
        "growth": _share(row.growth),
    }  # fmt: skip


def _target(row: TargetRow) -> dict[str, Any]:
    """In the order of the terms' targets. Whether it is met, the exact figure says, not the rounded one."""
    said = _share if row.target.measure == Measure.SHARE else _exact
    return {"group": row.target.group, "reached": said(row.reached), "distance": said(row.distance), "met": row.met}


def _activity(done: Activity, by: Terms) -> dict[str, Any]:
    return {
        "editions": [_edition(edition) for edition in done.editions],
        "institutions": [
            {
                "institution": code, "delivered": acts.delivered, "taken": acts.taken, "downloads": acts.downloads,
                "acknowledged": acts.acknowledged, "mean_days": _text(acts.mean_days()),
                "longest_days": _text(acts.longest_days()), "feedback": dict(acts.feedback), "sent": acts.sent,
                **_conversions(acts.conversions),
            }
            for code, acts in done.institutions.items()
        ],
        "kinds": [
            {
                "kind": kind, "institutions": sum(by.kinds[code] == kind for code in done.institutions),
                **_conversions(done.kinds.get(kind, NOBODY)),
            }
            for kind in sorted({by.kinds[code] for code in done.institutions})
        ],
        "total": {"institutions": len(done.institutions), **_conversions(done.total)},
    }  # fmt: skip


def _conversions(counts: Conversions) -> Mapping[str, Any]:
    return {
        **counts._asdict(),
        "granted_share": _share(percent(counts.granted, counts.contacted)),
        "lent_share": _share(percent(counts.lent, counts.contacted)),
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _amount(value: Decimal | None) -> str | None:
    """Units of 10,000 yuan, to a hundredth of a yuan."""
    return None if value is None else f"{value:.6f}"


def _exact(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def _share(value: Decimal | None) -> str | None:
    """Percent, to two places."""
    return None if value is None else str(value.quantize(Decimal("0.01"), ROUND_HALF_UP))


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
