"""`make bench-misses CITY=dir`: each rule's figures on a city of known truth, and the ten worst misses of each kind.

Law: one line for each miss, to be looked at by eye: what the rows say, and what befell them.
"""

import os
from pathlib import Path

import polars as pl

from enterprises.matching.measuring import answered, behind, by_rule, placed
from tests.bench import matching_runs
from tests.bench.matching import table_of, truth_of

_WORST = 10
_SAID = ("name", "code", "cert_no", "district", "list_id", "tags")


def main() -> int:
    """Resolve the city and print what went wrong."""
    city = Path(os.environ["CITY"])
    done = matching_runs.ours(city, Path(os.environ["BENCH_FOLDER"]))
    clusters, pairs = table_of(done.clusters), table_of(done.pairs)
    truth = placed(truth_of(city), clusters)
    texts = pl.read_csv(city / "rows.csv", infer_schema=False).with_columns(pl.col("row_id").cast(pl.Int64))
    rows = truth.join(texts, on="row_id", how="left").with_columns(
        said=pl.concat_str(_SAID, separator=" ", ignore_nulls=True)
    )
    _print_rules(rows, clusters)
    print("\nRows of several firms in one enterprise:")
    _print(false_merges(rows), rows)
    print("\nMissed, though a reviewer answered all that was asked:")
    _print(missed(answered(rows, pairs)), rows)
    print("\nAsked needlessly, the likeliest first:")
    _print(needless(rows, pairs), rows)
    return 0


def false_merges(rows: pl.DataFrame) -> pl.DataFrame:
    """`row_a`, `row_b`, `worth`: a row of each of two firms that share a cluster, and their false pairs."""
    return _beside(rows, within="cluster_id", apart="ent_id")


def missed(rows: pl.DataFrame) -> pl.DataFrame:
    """The same of two clusters that share an enterprise, whose rows something published could join."""
    return _beside(rows, within="comp_id", apart="cluster_id")


def needless(rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """`row_a`, `row_b`, `worth`: pairs of two firms of which a person was asked, and how likely they were thought."""
    asked = behind(rows, pairs.with_columns(worth=pl.col("score").cast(pl.Float64)))
    wrong = asked.filter(pl.col("ent_id") != pl.col("ent_id_b"))
    return wrong.sort("worth", "row_a", "row_b", descending=[True, False, False]).select("row_a", "row_b", "worth")


def _beside(rows: pl.DataFrame, *, within: str, apart: str) -> pl.DataFrame:
    """Of what shares `within` but not `apart`: the largest part beside each other one, the most pairs first."""
    parts = rows.group_by(within, apart).agg(here=pl.len(), row=pl.col("row_id").min())
    parts = parts.filter(pl.len().over(within) > 1).sort("here", "row", descending=[True, False])
    first = parts.group_by(within, maintain_order=True).first().rename({"here": "most", "row": "row_a"})
    found = parts.join(first.select(within, "most", "row_a"), on=within).filter(pl.col("row") != pl.col("row_a"))
    found = found.select("row_a", row_b="row", worth=pl.col("here") * pl.col("most"))
    return found.sort("worth", "row_a", "row_b", descending=[True, False, False])


def _print_rules(rows: pl.DataFrame, clusters: pl.DataFrame) -> None:
    due = rows.height - rows["comp_id"].n_unique()
    print("| rule | rows | precision | recall: its share of all ties due |\n| --- | ---: | ---: | ---: |")
    for rule, (right, count) in sorted(by_rule(rows, clusters).items(), key=lambda one: -one[1][1]):
        share = "" if rule in ("new", "alone") else f"{right * count / due:.4f}"
        print(f"| `{rule}` | {count:,} | {right:.4f} | {share} |")


def _print(found: pl.DataFrame, rows: pl.DataFrame) -> None:
    said = dict(rows.select("row_id", "said").iter_rows())
    print(f"({found.height} in all)")
    for one, other, worth in found.head(_WORST).iter_rows():
        print(f"{worth:.4g}\t{said[one]}\n\t{said[other]}")
