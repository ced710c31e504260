"""The figures of a resolution, counted by hand on few rows."""

import polars as pl
import pytest

from enterprises.matching.measuring import MeasuringError, by_rule, by_tag, placed, review, score

# Two enterprises of three and two rows and one of one; the first was renamed and nothing joins its third row.
TRUTH = pl.DataFrame(
    {
        "row_id": range(6),
        "ent_id": [1, 1, 1, 2, 2, 3],
        "comp_id": [10, 10, 11, 20, 20, 30],
        "tags": ["", "nm_trad", None, "nm_trad,code_ocr", "", ""],
    }
)


def clusters(*of_rows: int) -> pl.DataFrame:
    return placed(TRUTH, pl.DataFrame({"row_id": range(len(of_rows)), "cluster_id": of_rows}))


def test_all_right() -> None:
    found = score(clusters(1, 1, 1, 2, 2, 3))
    assert (found.pair_precision, found.pair_recall, found.reachable_recall, found.f1) == (1, 1, 1, 1)
    assert (found.exact_clusters, found.bad_enterprises, found.false_pairs) == (1, 0, 0)
    assert found.reachable_share == 2 / 4


def test_what_nothing_joins_is_no_loss_of_reachable_recall() -> None:
    found = score(clusters(1, 1, 4, 2, 2, 3))
    assert (found.pair_recall, found.reachable_recall, found.missed_pairs) == (0.5, 1, 2)
    assert found.exact_clusters == pytest.approx(2 / 3)


def test_two_firms_in_one_cluster() -> None:
    found = score(clusters(1, 1, 1, 2, 3, 3))
    assert (found.false_pairs, found.bad_clusters, found.bad_enterprises) == (1, 1, 2)
    assert found.pair_precision == 3 / 4
    assert found.exact_clusters == pytest.approx(1 / 3)


def test_every_row_alone_has_no_wrong_pair() -> None:
    found = score(clusters(1, 2, 3, 4, 5, 6))
    assert (found.pair_precision, found.pair_recall, found.f1) == (1, 0, 0)


def test_a_perfect_reviewer_joins_the_true_pairs_alone_and_in_chains() -> None:
    rows = clusters(1, 2, 3, 4, 4, 5)
    asked = review(rows, pl.DataFrame({"row_a": [0, 1, 2], "row_b": [1, 2, 5]}))
    assert asked.true_share == pytest.approx(2 / 3)
    assert (asked.pairs, asked.pairs_per_1000_rows) == (3, 500)
    assert asked.rows_share == pytest.approx(4 / 6)
    assert (asked.after.pair_recall, asked.after.false_pairs, asked.after.exact_clusters) == (1, 0, 1)


def test_nobody_asked() -> None:
    empty = pl.DataFrame(schema={"row_a": pl.Int64, "row_b": pl.Int64})
    asked = review(clusters(1, 1, 1, 2, 2, 3), empty)
    assert (asked.pairs, asked.true_share, asked.after.exact_clusters) == (0, 1, 1)


def test_slips_count_where_most_of_the_enterprise_is() -> None:
    tags = by_tag(clusters(1, 1, 4, 2, 2, 3))
    assert tags == {"clean": (pytest.approx(2 / 3), 3), "nm_trad": (1, 2), "code_ocr": (1, 1)}


def test_a_rules_rows_are_right_where_the_cluster_is_mostly_their_enterprises() -> None:
    rows = clusters(1, 1, 1, 1, 2, 2)
    rules = pl.DataFrame({"row_id": range(6), "rule": ["new", "name", "name", "name", "new", "like"]})
    assert by_rule(rows, rules) == {"like": (0, 1), "name": (pytest.approx(2 / 3), 3), "new": (1, 2)}


@pytest.mark.parametrize("row_ids", [[0, 1, 2, 3, 4], [0, 1, 2, 3, 4, 4], [0, 1, 2, 3, 4, 5, 5]])
def test_a_row_without_a_cluster_or_with_two_is_refused(row_ids: list[int]) -> None:
    with pytest.raises(MeasuringError):
        placed(TRUTH, pl.DataFrame({"row_id": row_ids, "cluster_id": row_ids}))
