"""What the matching bench does between the programs that it measures."""

from pathlib import Path

import polars as pl

from registry.samples.truth.writing import write_truth_city
from tests.bench.matching import floor
from tests.bench.matching_runs import split


def test_an_increment_and_what_was_before_are_the_whole(tmp_path: Path) -> None:
    city = tmp_path / "city"
    write_truth_city(city, enterprises=300, seed=1)
    before, after = split(city, tmp_path, 50)
    whole, old, new = (pl.read_csv(folder / "rows.csv", infer_schema=False) for folder in (city, before, after))
    assert (new.height, old.height) == (50, whole.height - 50)
    assert pl.concat([old, new]).sort(pl.col("row_id").cast(int)).equals(whole)
    assert new["list_id"].str.ends_with("-2025").all()


def test_the_floor_is_some_seconds(tmp_path: Path) -> None:
    write_truth_city(tmp_path, enterprises=300, seed=1)
    assert 0 < floor(tmp_path) < 10
