"""The figures of a generated year, reckoned from their definitions (pure): polars over the frames, no database, none of
the product's code. In millionths of the unit, so that every sum is a whole number.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from tests.financing.year import CUTS, Year

Side = tuple[str, str, str, str]  # group, district, kind, institution
_HERE = ZoneInfo("Asia/Shanghai")
_YES = {
    "contacted": pl.col("contacted"),
    "granted": pl.col("credit_line") > 0,
    "lent_to": (pl.col("lent") > 0) | (pl.col("balance") > 0),
    "with_balance": pl.col("balance") > 0,
    "paid_out": pl.col("lent") > 0,
    "first": (pl.col("lent") > 0) & pl.col("first_loan"),
    "renewed": (pl.col("lent") > 0) & pl.col("renewal"),
    "on_credit": (pl.col("lent") > 0) & pl.col("credit_loan"),
    "refused": pl.col("answer") == "refused",
}
SUMS = ("credit_line", "lent", "balance")


def standing(quarter: str, moment: datetime) -> str | None:
    """The label of the last edition that was sealed and not withdrawn by then."""
    known = [
        cut.label
        for cut in CUTS
        if cut.quarter == quarter and cut.sealed_at <= moment and not (cut.withdrawn_at and cut.withdrawn_at <= moment)
    ]
    return max(known, default=None)


def members(year: Year, quarter: str, moment: datetime, groups: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """Enterprise, group, district: a row for each group that a member counts in, and one for all."""
    held = year.members.filter(pl.col("edition") == standing(quarter, moment)).with_columns(
        pl.col("programmes").str.split(","),
        district=pl.when(pl.col("district") == "").then(pl.lit("-")).otherwise("district"),
    )
    parts = [held.with_columns(group=pl.lit(""))]
    for code, programmes in groups.items():
        any_of = pl.any_horizontal(pl.col("programmes").list.contains(one) for one in programmes)
        parts.append(held.filter(any_of).with_columns(group=pl.lit(code)))
    return pl.concat(parts).select("enterprise", "group", "district")


def in_force(year: Year, quarters: Sequence[str], moment: datetime) -> pl.DataFrame:
    """The lines that counted then, each with its quarter, institution and kind."""
    counted = year.feedback.filter(
        pl.col("quarter").is_in(quarters), pl.col("in_force_at") <= moment,
        pl.col("replaced_at").is_null() | (pl.col("replaced_at") > moment),
    )  # fmt: skip
    kinds = pl.DataFrame({"institution": list(year.institutions), "kind": list(year.institutions.values())})
    named = counted.select(pl.col("id").alias("feedback"), "quarter", "institution").join(kinds, on="institution")
    return year.lines.join(named, on="feedback")


def counted(year: Year, quarter: str, moment: datetime, groups: Mapping[str, Sequence[str]]) -> dict[Side, int]:
    """Members by group and district; those of no district are of “-”."""
    held = members(year, quarter, moment, groups)
    found = {(group, "", "", ""): count for group, count in held.group_by("group").len().iter_rows()}
    both = held.group_by("group", "district").len()
    return found | {(group, district, "", ""): count for group, district, count in both.iter_rows()}


def cells(
    year: Year, quarter: str, moment: datetime, groups: Mapping[str, Sequence[str]]
) -> dict[Side, dict[str, int]]:
    """Every cell that somebody reported of."""
    said = in_force(year, [quarter], moment).join(members(year, quarter, moment, groups), on="enterprise")
    found: dict[Side, dict[str, int]] = {}
    once = pl.col("enterprise")
    for by_district, by in product((False, True), ("", "kind", "institution")):
        sides = ["group", *(["district"] if by_district else []), *([by] if by else [])]
        several = pl.col("institution").n_unique() if by != "institution" else pl.lit(1)
        rows = said.group_by(sides).agg(
            once.n_unique().alias("reported"),
            *(once.filter(condition).n_unique().alias(name) for name, condition in _YES.items()),
            *(pl.col(name).sum() for name in SUMS),
            several.alias("institutions"),
        )
        for row in rows.iter_rows(named=True):
            side = (row["group"], row.get("district", ""), row.get("kind", ""), "")
            side = (*side[:3], row["institution"]) if by == "institution" else side
            found[side] = {name: row[name] for name in ("reported", *_YES, *SUMS, "institutions")}
    return found


def share(part: int, whole: int) -> str | None:
    """Percent to two places, half up."""
    return str((Decimal(100 * part) / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)) if whole else None


def acts(year: Year, quarters: Sequence[str], moment: datetime, due_days: int) -> dict[str, dict[str, Any]]:
    """What each institution did; those only that were given something or reported."""
    sealed = {cut.label: cut.sealed_at for cut in CUTS if cut.quarter in quarters and cut.sealed_at <= moment}
    came = conversions(year, quarters, moment)
    found = {}
    for institution in year.institutions:
        given = {
            label
            for of, label, _channel, at in year.deliveries.iter_rows()
            if of == institution and label in sealed and at and at <= moment
        }
        own = [
            (label, kind, at)
            for of, label, kind, at in year.receipts.iter_rows()
            if of == institution and label in sealed and at <= moment
        ]
        fetched = [label for label, kind, _at in own if kind in ("download", "members", "changes")]
        words: dict[str, list[datetime]] = {}
        for label, kind, at in own:
            if kind == "acknowledge":
                words.setdefault(label, []).append(at)
        waits = [int((min(times) - sealed[label]).total_seconds()) for label, times in words.items()]
        sent = [
            (row["quarter"], row["received_at"])
            for row in year.feedback.iter_rows(named=True)
            if row["institution"] == institution and row["quarter"] in quarters
            and row["in_force_at"] and row["in_force_at"] <= moment
        ]  # fmt: skip
        if given or sent:
            contacted, granted, lent = came.get(("", institution), (0, 0, 0))
            found[institution] = {
                "delivered": len(given), "taken": len(set(fetched)), "downloads": len(fetched),
                "acknowledged": len(waits), "mean_days": _days(sum(waits), len(waits)),
                "longest_days": _days(max(waits, default=0), bool(waits)), "sent": len(sent),
                "feedback": {
                    quarter: _punctual(
                        quarter, [at for of, at in sent if of == quarter], any(one[:6] == quarter for one in given),
                        moment, due_days,
                    ) for quarter in quarters
                },
                "contacted": contacted, "granted": granted, "lent": lent,
                "granted_share": share(granted, contacted), "lent_share": share(lent, contacted),
            }  # fmt: skip
    return found


def conversions(year: Year, quarters: Sequence[str], moment: datetime) -> dict[tuple[str, str], tuple[int, int, int]]:
    """By kind, or by institution, or by neither: enterprises contacted, of these granted, of these paid out to."""
    of_members = pl.concat(
        members(year, quarter, moment, {}).select("enterprise", pl.lit(quarter).alias("quarter"))
        for quarter in quarters if standing(quarter, moment)
    )  # fmt: skip
    said = in_force(year, quarters, moment).join(of_members, on=["enterprise", "quarter"], how="semi")
    said = said.with_columns(pl.lit("").alias("all"))
    found = {}
    for by in ("all", "kind", "institution"):
        for code, rows in _parted(said, by):
            contacted = set(rows.filter(pl.col("contacted"))["enterprise"])
            granted = contacted & set(rows.filter(pl.col("credit_line") > 0)["enterprise"])
            lent = contacted & set(rows.filter(pl.col("lent") > 0)["enterprise"])
            if contacted:
                place = ("", code) if by == "institution" else (code, "")
                found[place] = (len(contacted), len(granted), len(lent))
    return found


def _parted(rows: pl.DataFrame, by: str) -> Iterator[tuple[str, pl.DataFrame]]:
    for (code,), part in rows.group_by(by):
        yield str(code), part


def _days(seconds: int, of: int) -> str | None:
    return str((Decimal(seconds) / of / 86_400).quantize(Decimal("0.1"), ROUND_HALF_UP)) if of else None


def _punctual(quarter: str, sent: list[datetime], given: bool, moment: datetime, due_days: int) -> str:
    ends = {"1": (3, 31), "2": (6, 30), "3": (9, 30), "4": (12, 31)}[quarter[5]]
    due = date(int(quarter[:4]), *ends) + timedelta(days=due_days)
    if sent:
        return "in_time" if min(sent).astimezone(_HERE).date() <= due else "late"
    if not given:
        return "not_asked"
    return "awaited" if moment.astimezone(_HERE).date() <= due else "none"
