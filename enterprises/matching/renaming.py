"""Changes of name that lists speak against (pure).

Law: a list that names both names before the change names two firms. One that does so afterwards, or in the very list
that states the former name, tells that another firm bears the old name now.
"""

from typing import NamedTuple

import numpy as np
import polars as pl

from enterprises.matching.clusters import NOBODY, Flags
from enterprises.matching.stated import Evidence


class Against(NamedTuple):
    """What lists say against changes of name, by row.

    `contradicted`: a notice of a change, a row of the old name and one of the new, which one list named before it.
    `freed`: a row that tells of a change, and one (`old`) of whoever bears the old name since.
    `apart`: a row of such another one, and the first (`first`) of whoever bore the name before.
    """

    contradicted: pl.DataFrame
    freed: pl.DataFrame
    apart: pl.DataFrame


def against(evidence: Evidence, among: Flags) -> Against:
    """What speaks against the changes of name that these rows tell of."""
    changes = _changes(evidence, among)
    olds = _bearers(evidence, among, changes, "former")
    news = _bearers(evidence, among, changes, "name").select("row", "listed", new="bearer")
    both = olds.rename({"bearer": "old"}).join(news, on=["row", "listed"]).sort("row", "old", "new")
    both = both.unique(["row", "old"], keep="first", maintain_order=True)
    before = (pl.col("listed") != pl.col("telling")) & (pl.col("old") < pl.col("row"))
    contradicted = both.filter(before & pl.col("notice")).unique("row", keep="first", maintain_order=True)
    freed = both.filter(~before)
    first = (
        olds.filter((pl.col("listed") != pl.col("telling")) & (pl.col("bearer") < pl.col("row")))
        .group_by("row").agg(first=pl.col("bearer").min())
    )  # fmt: skip
    apart = freed.join(first, on="row").select("old", "first").filter(pl.col("old") != pl.col("first"))
    apart = apart.unique().sort("old", "first")
    return Against(contradicted.select("row", "old", "new"), freed.select("row", "old"), apart)


def _changes(evidence: Evidence, among: Flags) -> pl.DataFrame:
    """The rows that tell of a change of name, a notice of it or a list that states the former one beside the name."""
    name, former = evidence.spelling, evidence.former_spelling
    rows = np.flatnonzero(among & (former != NOBODY) & (name != NOBODY) & (former != name))
    return evidence.rows[rows].select(telling="listed", notice=pl.col("role") == "rename").with_columns(
        row=pl.Series(rows), name=pl.Series(name[rows]), former=pl.Series(former[rows]),
        here=pl.Series(evidence.place[rows]),
    )  # fmt: skip


def _bearers(evidence: Evidence, among: Flags, changes: pl.DataFrame, named: str) -> pl.DataFrame:
    """The changes, each with the rows (`bearer`) of lists that grant something to a bearer of the name, in its city."""
    grants = among & (evidence.rows["role"] == "grant").to_numpy()
    rows = np.flatnonzero(grants & np.isin(evidence.spelling, changes[named].to_numpy()))
    bearers = evidence.rows[rows].select("listed").with_columns(
        bearer=pl.Series(rows), spelling=pl.Series(evidence.spelling[rows]), there=pl.Series(evidence.place[rows])
    )  # fmt: skip
    anywhere = (pl.col("here") == NOBODY) | (pl.col("there") == NOBODY)
    found = changes.join(bearers, left_on=named, right_on="spelling")
    return found.filter((pl.col("here") == pl.col("there")) | anywhere)
