"""A generated year, as frames alone: who was published when, who reported what of them, who fetched it (pure, seeded).

Institutions overlap, members come, go and move, feedback is late, is sent again, is faulty; one edition is withdrawn
and cut anew, one followed by an urgent notice. Nothing of the product is used: what it finds is compared with this.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

KINDS = ("bank", "bank", "bank", "guarantor", "bank", "insurer", "bank", "investor", "bank", "other")
DISTRICTS = (
    "中原区", "二七区", "管城回族区", "金水区", "上街区", "惠济区", "中牟县", "巩义市", "荥阳市", "新密市", "新郑市",
    "登封市", "",
)  # fmt: skip
PROGRAMMES = ("HNTE", "TSME", "SRDI", "INNO", "GZ")
_SHARES = (0.55, 0.6, 0.15, 0.2, 0.03)
_NEVER = datetime(2199, 1, 1, tzinfo=UTC)


def at(day: str, hour: int = 9) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00")


@dataclass(frozen=True)
class Cut:
    """An edition. `of` is the label whose members it is made of: another of its quarter, or the quarter's before."""

    label: str
    sealed_at: datetime
    withdrawn_at: datetime | None = None
    of: str = ""
    kind: str = "quarter"

    @property
    def quarter(self) -> str:
        return self.label[:6]


CUTS = (
    Cut("2025Q4-v1", at("2026-01-05")),
    Cut("2026Q1-v1", at("2026-04-03"), of="2025Q4-v1"),
    Cut("2026Q1-v2", at("2026-05-10"), of="2026Q1-v1", kind="urgent"),
    Cut("2026Q2-v1", at("2026-07-03"), withdrawn_at=at("2026-08-20"), of="2026Q1-v2"),
    Cut("2026Q2-v2", at("2026-08-21"), of="2026Q2-v1"),
    Cut("2026Q3-v1", at("2026-10-05"), of="2026Q2-v2"),
)
QUARTERS = ("2025Q4", "2026Q1", "2026Q2", "2026Q3")
FIRST = {cut.quarter: cut for cut in reversed(CUTS)}  # what institutions were sent first
# In time, before anything was withdrawn; after that, with some sent again; after all.
MOMENTS = (at("2026-08-10"), at("2026-09-15"), at("2026-12-20"))


@dataclass(frozen=True)
class Year:
    """`members`: edition, enterprise, district, programmes. `feedback`: id, institution, quarter, received_at,
    in_force_at, replaced_at. `lines`: feedback, enterprise, what is said, amounts in millionths of the unit.
    `deliveries`: institution, edition, channel, at. `receipts`: institution, edition, kind, at.
    """

    enterprises: int
    institutions: dict[str, str]
    members: pl.DataFrame
    feedback: pl.DataFrame
    lines: pl.DataFrame
    deliveries: pl.DataFrame
    receipts: pl.DataFrame


def generated(*, members: int, institutions: int, seed: int = 7) -> Year:
    """The same numbers give the same year."""
    dice = np.random.default_rng(seed)
    known = members + members // 5
    held = {f"{KINDS[number % 10]}-{number:02}": KINDS[number % 10] for number in range(institutions)}
    published = _published(dice, members, known)
    feedback, lines = _reported(dice, held, published)
    return Year(known, held, published, feedback, lines, _delivered(dice, held), _fetched(dice, held))


def _published(dice: np.random.Generator, members: int, known: int) -> pl.DataFrame:
    everyone = pl.DataFrame({"enterprise": np.arange(1, known + 1)})
    facts = everyone.with_columns(_district(dice, known), _programmes(dice, known))
    cuts = {CUTS[0].label: facts.sample(members, seed=1)}
    for number, cut in enumerate(CUTS[1:], start=2):
        before = cuts[cut.of]
        kept = before.sample(fraction=0.99 if cut.kind == "urgent" else 0.95, seed=number)
        if cut.kind == "urgent":  # nothing enters, and nothing else changes
            cuts[cut.label] = kept
            continue
        moved = kept.with_columns(
            _moved(dice, kept, "district", _district), _moved(dice, kept, "programmes", _programmes)
        )
        outside = facts.join(kept, on="enterprise", how="anti")
        cuts[cut.label] = pl.concat([moved, outside.sample(min(len(outside), members // 18), seed=number)])
    return pl.concat([rows.select(pl.lit(label).alias("edition"), pl.all()) for label, rows in cuts.items()])


def _district(dice: np.random.Generator, count: int) -> pl.Series:
    return pl.Series("district", dice.choice(DISTRICTS, count))


def _programmes(dice: np.random.Generator, count: int) -> pl.Series:
    """As one text with commas; everybody holds one at least."""
    held = dice.random((count, len(PROGRAMMES))) < np.array(_SHARES)
    held[np.arange(count), dice.integers(0, 2, count)] |= ~held.any(axis=1)
    return pl.Series("programmes", [",".join(np.array(PROGRAMMES)[row]) for row in held])


def _moved(dice: np.random.Generator, rows: pl.DataFrame, column: str, make: object) -> pl.Expr:
    other = make(dice, len(rows))  # type: ignore[operator]
    return pl.when(pl.Series(dice.random(len(rows)) < 0.03)).then(other).otherwise(pl.col(column)).alias(column)


def _reported(
    dice: np.random.Generator, held: dict[str, str], published: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Of each institution and quarter: nothing, one feedback, or several, of which the last to come is in force."""
    sent: list[dict[str, Any]] = []
    lines = []
    for number, institution in enumerate(held):
        for quarter in QUARTERS:
            of = published.filter(pl.col("edition") == FIRST[quarter].label)["enterprise"].to_numpy()
            reach = 0.02 + 0.9 * ((number * 7) % len(held) / len(held)) ** 2
            chosen = dice.choice(of, max(3, int(len(of) * reach)), replace=False)
            for one in _sendings(dice, quarter):
                mark = len(sent) + 1
                sent.append({"id": mark, "institution": institution, "quarter": quarter, **one})
                # Who is sent again says something else of most, and no longer speaks of some.
                lines.append(_said(dice, mark, chosen[dice.random(len(chosen)) < 0.9]))
    kept = {"received_at": pl.Datetime("us", "UTC"), "in_force_at": pl.Datetime("us", "UTC"),
            "replaced_at": pl.Datetime("us", "UTC")}  # fmt: skip
    return pl.DataFrame(sent, schema_overrides=kept), pl.concat(lines)


def _sendings(dice: np.random.Generator, quarter: str) -> Iterator[dict[str, datetime | bool | None]]:
    if dice.random() < 0.1:
        return
    moments = [FIRST[quarter].sealed_at + timedelta(minutes=int(dice.integers(1_000, 60_000)))]
    while len(moments) < 4 and dice.random() < 0.4:
        moments.append(moments[-1] + timedelta(minutes=int(dice.integers(1_000, 100_000))))
    ends: list[datetime | None] = [*moments[1:], None]
    for received, end in zip(moments, ends, strict=True):
        force = received + timedelta(minutes=3)
        yield {"received_at": received, "in_force_at": force, "replaced_at": end and end + timedelta(minutes=3)}
    if dice.random() < 0.2:  # faulty, and never put right: its lines lie there, and count for nothing
        yield {"received_at": moments[-1] + timedelta(days=1), "in_force_at": None, "replaced_at": None}


def _said(dice: np.random.Generator, mark: int, enterprises: np.ndarray) -> pl.DataFrame:
    count = len(enterprises)
    first, renewal = _perhaps(dice, count, 0.15), _perhaps(dice, count, 0.3)
    return pl.DataFrame(
        {
            "feedback": np.full(count, mark), "enterprise": enterprises, "contacted": _perhaps(dice, count, 0.6),
            "answer": dice.choice(["", "granted", "lent", "refused", "no_need", "unreachable"], count),
            "credit_line": _amount(dice, count, 0.4), "lent": _amount(dice, count, 0.25),
            "balance": _amount(dice, count, 0.35), "first_loan": first, "renewal": renewal,
            "credit_loan": _perhaps(dice, count, 0.4),
        }
    ).with_columns(pl.col("renewal") & ~pl.col("first_loan").fill_null(False))  # fmt: skip


def _perhaps(dice: np.random.Generator, count: int, share: float) -> pl.Series:
    """Yes, no, or nothing said."""
    thrown = dice.random(count)
    return pl.Series(thrown < share, dtype=pl.Boolean).set(pl.Series(thrown > 0.8), None)


def _amount(dice: np.random.Generator, count: int, share: float) -> pl.Series:
    """Millionths; often nothing said, now and then a zero, now and then the least amount there is."""
    thrown = dice.random(count)
    amounts = pl.Series(np.where(thrown < 0.02, 0, np.where(thrown < 0.03, 1, dice.integers(1, 5_000_000_000, count))))
    return amounts.set(pl.Series(thrown > share), None)


def _delivered(dice: np.random.Generator, held: dict[str, str]) -> pl.DataFrame:
    rows = []
    for number, institution in enumerate(held):
        for cut in CUTS:
            for channel in ("portal", "webhook") if number % 3 == 0 else ("portal",):
                late = timedelta(minutes=int(dice.integers(1, 9_000)))
                rows.append((institution, cut.label, channel, None if dice.random() < 0.15 else cut.sealed_at + late))
    schema: dict[str, Any] = {
        "institution": pl.String,
        "edition": pl.String,
        "channel": pl.String,
        "at": pl.Datetime("us", "UTC"),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _fetched(dice: np.random.Generator, held: dict[str, str]) -> pl.DataFrame:
    rows = []
    for institution in held:
        for cut in CUTS:
            for kind, most in (("download", 3), ("members", 2), ("changes", 1), ("acknowledge", 2), ("lookup", 2)):
                for _time in range(int(dice.integers(0, most + 1))):
                    late = timedelta(seconds=int(dice.integers(600, 4_000_000)))
                    rows.append((institution, cut.label, kind, cut.sealed_at + late))
    schema: dict[str, Any] = {
        "institution": pl.String,
        "edition": pl.String,
        "kind": pl.String,
        "at": pl.Datetime("us", "UTC"),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")
