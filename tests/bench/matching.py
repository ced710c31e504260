"""`make bench-matching`: who is who in a city of known truth, ours beside the peer and the floor; the nation if asked.

Law: all read the same rows, none the truth; the last line is the result as JSON.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl

from enterprises.matching.measuring import Review, Score, by_rule, by_tag, placed, review, score
from registry.samples.truth.writing import write_truth_city
from tests.bench import matching_runs
from tests.bench.matching_report import show

SURE = 0.9999  # the precision below which nothing would be published without a person
_ADDED = 20_000  # rows of the increment
_NATION = 1_500_000
_NUMBERS = {"row_id", "cluster_id", "row_a", "row_b"}


def main() -> int:
    """Measure and print the table and the line."""
    folder = Path(os.environ["BENCH_FOLDER"])
    try:
        city = _city(folder / "city", "CITY", _number("ENTERPRISES", 25_000), _number("SEED", 11))
        result: dict[str, Any] = {"city": str(city), "floor_seconds": floor(city)}
        result["ours"] = _ours(city, folder)
        result["peer"] = _peer(city, folder)
        result |= _ratios(result)
        if _number("NATION", 0) or _number("INCREMENT", 0):
            nation = _city(folder / "nation", "NATION_CITY", _number("NATION_SIZE", _NATION), _number("SEED", 11))
            result |= _nation(nation, folder)
    except (matching_runs.FailedError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    show(result)
    print(json.dumps(result))
    return 0


def floor(city: Path) -> float:
    """Seconds that any resolution takes at least: the rows are read, their keys folded and hashed."""
    began = time.perf_counter()
    rows = pl.read_csv(city / "rows.csv", infer_schema=False, columns=["row_id", "name", "code", "cert_no"])
    keys = [pl.col(name).str.replace_all(r"\s+", "").str.to_uppercase().hash() for name in ("name", "code", "cert_no")]
    rows.select(keys)
    return time.perf_counter() - began


def _ours(city: Path, folder: Path) -> dict[str, Any]:
    """The product's own resolution, database and all."""
    _say(f"ours, {city}")
    done = matching_runs.ours(city, folder)
    clusters = table_of(done.clusters)
    rows = placed(truth_of(city), clusters)
    asked = review(rows, table_of(done.pairs))
    found = done.told | {"peak_mb": done.peak_mb} | _figures(score(rows)) | _asked(asked) | {"by_tag": by_tag(rows)}
    return found | {"by_rule": by_rule(rows, clusters)} if "rule" in clusters.columns else found


def _peer(city: Path, folder: Path) -> dict[str, Any]:
    """The peer at the threshold that suits it best, and at the first that would be safe to publish."""
    _say(f"the peer, {city}")
    told, clusters = matching_runs.peer(city, folder)
    truth, seconds = truth_of(city), told["seconds"]
    scores = [score(placed(truth, table_of(path))) for path in clusters]
    best = max(range(len(scores)), key=lambda at: scores[at].f1)
    sure = next((at for at, found in enumerate(scores) if found.pair_precision >= SURE), len(scores) - 1)
    linking = seconds["read"] + seconds["train"] + seconds["predict"]
    figures = {
        name: {"threshold": told["thresholds"][at], "seconds": linking + seconds["cluster"][at]} | _figures(scores[at])
        for name, at in (("best_f1", best), ("sure", sure))
    }
    return {"seconds": figures["best_f1"]["seconds"], "peak_mb": told["peak_mb"], "parts": seconds} | figures


def _nation(nation: Path, folder: Path) -> dict[str, Any]:
    """The whole country at once, and a quarter's new rows against all that was known before."""
    found: dict[str, Any] = {}
    if _number("NATION", 0):
        found["nation"] = _ours(nation, folder) | {"floor_seconds": floor(nation)}
    if _number("INCREMENT", 0):
        before, after = matching_runs.split(nation, folder, _number("ADDED", _ADDED))
        _say(f"an increment on {before}")
        try:
            done = matching_runs.ours(before, folder, then=after)
            found["increment"] = done.told | {"peak_mb": done.peak_mb}
        except matching_runs.FailedError as error:
            found["increment"] = {"error": str(error)}
    return found


def _ratios(result: dict[str, Any]) -> dict[str, float]:
    own: float = result["ours"]["resolve_seconds"]
    return {"ratio_to_peer": result["peer"]["seconds"] / own, "ratio_to_floor": own / result["floor_seconds"]}


def _figures(found: Score) -> dict[str, Any]:
    return {
        "precision": found.pair_precision,
        "recall": found.pair_recall,
        "f1": found.f1,
        "reachable_recall": found.reachable_recall,
        "false_pairs": found.false_pairs,
        "bad_enterprise_share": found.bad_enterprise_share,
        "exact_clusters": found.exact_clusters,
    }


def _asked(asked: Review) -> dict[str, Any]:
    return {
        "pairs_per_1000_rows": asked.pairs_per_1000_rows,
        "true_share_of_pairs": asked.true_share,
        "after_review": _figures(asked.after),
    }


def _city(folder: Path, name: str, enterprises: int, seed: int) -> Path:
    """The folder that the environment names, or a city made for this run."""
    if given := os.environ.get(name):
        return Path(given)
    _say(f"making up {enterprises:,} enterprises")
    write_truth_city(folder, enterprises=enterprises, seed=seed)
    return folder


def truth_of(city: Path) -> pl.DataFrame:
    """The city's truth, as text or, as some cities have it, as parquet."""
    if (city / "truth.parquet").is_file():
        return pl.read_parquet(city / "truth.parquet").with_columns(
            pl.col("row_id", "ent_id", "comp_id").cast(pl.Int64)
        )
    return pl.read_csv(city / "truth.csv", schema_overrides={"tags": pl.String})


def table_of(path: Path) -> pl.DataFrame:
    table = pl.read_csv(path, infer_schema=False)
    return table.with_columns(pl.col(_NUMBERS & set(table.columns)).cast(pl.Int64))


def _number(name: str, default: int) -> int:
    return int(os.environ.get(name) or default)


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)
