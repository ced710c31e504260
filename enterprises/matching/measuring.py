"""How well rows were resolved, against a truth (pure). Law: pairs of rows count; what no fact joins is not missed.

Tables: truth (row_id, ent_id, comp_id, tags), clusters (row_id, cluster_id), pairs in doubt (row_a, row_b), and of
each row the rule that placed it (row_id, rule). `comp_id` parts an enterprise where nothing published could join it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

_CLEAN = "clean"  # rows that no slip befell


class MeasuringError(Exception):
    """The clusters are not of the same rows as the truth."""


@dataclass(frozen=True)
class Score:
    """Of one clustering; shares are of all enterprises, `false_pairs` are rows of two firms in one cluster."""

    rows: int
    true_enterprises: int
    clusters: int
    pair_precision: float
    pair_recall: float
    reachable_share: float
    reachable_recall: float
    false_pairs: int
    missed_pairs: int
    bad_clusters: int
    bad_enterprises: int
    bad_enterprise_share: float
    exact_clusters: float

    @property
    def f1(self) -> float:
        both = self.pair_precision + self.pair_recall
        return 2 * self.pair_precision * self.pair_recall / both if both else 0.0


@dataclass(frozen=True)
class Review:
    """What a person is asked: how much, how rightly, and the figures once every answer is right."""

    pairs: int
    pairs_per_1000_rows: float
    true_share: float
    rows_share: float
    after: Score


def placed(truth: pl.DataFrame, clusters: pl.DataFrame) -> pl.DataFrame:
    """The truth with each row's cluster. Raises MeasuringError where a row lacks one or has two."""
    found = truth.join(clusters.select("row_id", "cluster_id"), on="row_id", how="left")
    if found.height != truth.height or clusters.height != truth.height or found["cluster_id"].null_count():
        raise MeasuringError("Every row of the truth needs exactly one cluster.")
    return found


def score(rows: pl.DataFrame) -> Score:
    """The figures of placed rows."""
    cells = rows.group_by("ent_id", "cluster_id").len("rows")
    firms, clusters = _sized(cells, "ent_id"), _sized(cells, "cluster_id")
    right, together = _pairs(cells["rows"]), _pairs(clusters["rows"])
    true, reachable = _pairs(firms["rows"]), _pairs(rows.group_by("comp_id").len()["len"])
    reached = _pairs(rows.group_by("comp_id", "cluster_id").len()["len"])
    bad = clusters.filter(pl.col("parts") > 1)
    whole = cells.join(firms.filter(pl.col("parts") == 1), on="ent_id", how="semi")
    exact = whole.join(clusters.filter(pl.col("parts") == 1), on="cluster_id", how="semi")
    bad_firms = cells.join(bad, on="cluster_id", how="semi")["ent_id"].n_unique()
    return Score(
        rows=rows.height,
        true_enterprises=firms.height,
        clusters=clusters.height,
        pair_precision=right / together if together else 1.0,
        pair_recall=right / true if true else 1.0,
        reachable_share=reachable / true if true else 1.0,
        reachable_recall=reached / reachable if reachable else 1.0,
        false_pairs=together - right,
        missed_pairs=true - right,
        bad_clusters=bad.height,
        bad_enterprises=bad_firms,
        bad_enterprise_share=bad_firms / firms.height,
        exact_clusters=exact.height / firms.height,
    )


def review(rows: pl.DataFrame, pairs: pl.DataFrame) -> Review:
    """What the pairs in doubt cost, and what they bring once a reviewer joins just those that belong together."""
    both = behind(rows, pairs)
    true = both.filter(pl.col("ent_id") == pl.col("ent_id_b"))
    named = pl.concat([pairs["row_a"], pairs["row_b"].alias("row_a")]).n_unique()
    return Review(
        pairs=pairs.height,
        pairs_per_1000_rows=1000 * pairs.height / rows.height,
        true_share=true.height / pairs.height if pairs.height else 1.0,
        rows_share=named / rows.height,
        after=score(answered(rows, pairs)),
    )


def behind(rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The pairs with enterprise and cluster of both rows; the second's end in `_b`."""
    facts = rows.select("row_id", "ent_id", "cluster_id")
    found = pairs.join(facts, left_on="row_a", right_on="row_id")
    return found.join(facts, left_on="row_b", right_on="row_id", suffix="_b")


def answered(rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The rows as a reviewer leaves them who joins just those pairs that belong together."""
    true = behind(rows, pairs).filter(pl.col("ent_id") == pl.col("ent_id_b"))
    joined = _joined(true.select("cluster_id", "cluster_id_b").iter_rows())
    moved = pl.DataFrame(
        {"cluster_id": joined.keys(), "now": joined.values()},
        schema=[("cluster_id", rows.schema["cluster_id"]), ("now", rows.schema["cluster_id"])],
    )
    return rows.join(moved, on="cluster_id", how="left").with_columns(cluster_id=pl.coalesce("now", "cluster_id"))


def by_tag(rows: pl.DataFrame) -> dict[str, tuple[float, int]]:
    """For each slip: the share of its rows that are where most rows of their enterprise are, and their number."""
    cells = rows.group_by("ent_id", "cluster_id").len("here")
    most = cells.group_by("ent_id").agg(most=pl.col("here").max(), all=pl.col("here").sum())
    of_several = rows.join(cells, on=["ent_id", "cluster_id"]).join(most.filter(pl.col("all") > 1), on="ent_id")
    homely = (pl.col("here") == pl.col("most")) & (pl.col("here") > 1)
    tags = of_several.select(tag=pl.col("tags").fill_null("").str.split(","), home=homely).explode("tag")
    named = tags.with_columns(pl.col("tag").replace("", _CLEAN)).group_by("tag").agg(pl.col("home").mean(), pl.len())
    return {tag: (share, count) for tag, share, count in named.sort("tag").iter_rows()}


def by_rule(rows: pl.DataFrame, rules: pl.DataFrame) -> dict[str, tuple[float, int]]:
    """For each rule: the share of its rows whose enterprise most rows of their cluster have, and their number.

    Where two enterprises have as many rows of a cluster, it is the one whose row came first.
    """
    cells = rows.group_by("cluster_id", "ent_id").agg(here=pl.len(), first=pl.col("row_id").min())
    cells = cells.sort("here", "first", descending=[True, False])
    owner = cells.group_by("cluster_id", maintain_order=True).agg(owner=pl.col("ent_id").first())
    told = rows.join(rules.select("row_id", "rule"), on="row_id").join(owner, on="cluster_id")
    right = told.group_by("rule").agg((pl.col("ent_id") == pl.col("owner")).mean().alias("right"), pl.len())
    return {rule: (share, count) for rule, share, count in right.sort("rule").iter_rows()}


def _sized(cells: pl.DataFrame, key: str) -> pl.DataFrame:
    """Of each enterprise or cluster: its rows, and of how many parts they come."""
    return cells.group_by(key).agg(pl.col("rows").sum(), parts=pl.len())


def _pairs(sizes: pl.Series) -> int:
    counts = sizes.cast(pl.Int64)
    return int((counts * (counts - 1) // 2).sum())


def _joined(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
    """For each cluster that a pair names, the one that stands for all that the pairs join."""
    parent: dict[Any, Any] = {}

    def root(of: Any) -> Any:
        while (above := parent.setdefault(of, of)) != of:
            parent[of] = parent[above]
            of = above
        return of

    for one, other in pairs:
        parent[root(one)] = root(other)
    return {cluster: root(cluster) for cluster in list(parent)}
