"""Numbers that one enterprise cannot both have (pure). Law: a number one slip apart from another is the same number."""

from typing import NamedTuple

import numpy as np
import polars as pl
from rapidfuzz.distance import OSA

from enterprises.matching.clusters import NOBODY, Flags, Ints
from enterprises.matching.stated import Evidence


class Certificate(NamedTuple):
    """A number under its programme, its year, and how many years lie at least between two of one enterprise."""

    number: str
    year: int
    apart: int

    @property
    def programme(self) -> str:
        return self.number.partition(":")[0]


def too_near(one: Certificate, other: Certificate) -> bool:
    """Whether one enterprise can't have both: nobody gets a certificate again before it has run out."""
    return (
        one.programme == other.programme
        and min(one.year, other.year) > 0
        and abs(one.year - other.year) < min(one.apart, other.apart)
        and OSA.distance(one.number, other.number, score_cutoff=1) > 1
    )


def clashing(evidence: Evidence, label: Ints, among: Flags) -> Ints:
    """Pairs of rows of one name, in clusters that are not one yet, with numbers that one enterprise can't both have."""
    rows = np.flatnonzero(among & (evidence.spelling != NOBODY) & (evidence.number != NOBODY))
    table = evidence.rows[rows].select("number", "year", "apart").with_columns(
        row=pl.Series(rows), spelling=pl.Series(evidence.spelling[rows]), label=pl.Series(label[rows]),
    ).filter((pl.col("year") > 0) & (pl.col("apart") > 0))  # fmt: skip
    table = table.unique(["spelling", "number", "label"], keep="first", maintain_order=True)
    table = table.with_columns(programme=pl.col("number").str.extract("^([^:]*):"))
    table = table.filter(pl.col("number").n_unique().over("spelling", "programme") > 1)
    pairs = table.join(table, on=["spelling", "programme"], suffix="_other").filter(
        (pl.col("number") < pl.col("number_other"))
        & (pl.col("label") != pl.col("label_other"))
        & ((pl.col("year") - pl.col("year_other")).abs() < pl.col("apart"))
    )
    found = [
        (row, other)
        for row, other, *facts in pairs.select(
            "row", "row_other", "number", "year", "apart", "number_other", "year_other", "apart_other"
        ).iter_rows()
        if too_near(Certificate(*facts[:3]), Certificate(*facts[3:]))
    ]
    return np.array(sorted(found), dtype=np.int64).reshape(-1, 2)
