"""The worst misses of a resolution, found on few rows."""

import polars as pl

from enterprises.matching.measuring import answered
from tests.bench.misses import false_merges, missed, needless

# Two enterprises of three and two rows and one of one; nothing joins the first one's third row.
ROWS = pl.DataFrame(
    {
        "row_id": range(6),
        "ent_id": [1, 1, 1, 2, 2, 3],
        "comp_id": [10, 10, 11, 20, 20, 30],
        "cluster_id": [1, 2, 3, 4, 4, 4],
    }
)
PAIRS = pl.DataFrame({"row_a": [1, 1, 2], "row_b": [0, 3, 5], "score": ["0.9", "0.5", "0.7"]})


def test_firms_in_one_cluster_count_by_their_false_pairs() -> None:
    assert false_merges(ROWS).rows() == [(3, 5, 2)]


def test_missed_is_what_could_be_joined_and_was_not_even_asked() -> None:
    assert missed(ROWS).rows() == [(0, 1, 1)]
    assert missed(answered(ROWS, PAIRS)).rows() == []


def test_needless_questions_come_likeliest_first() -> None:
    assert needless(ROWS, PAIRS).rows() == [(2, 5, 0.7), (1, 3, 0.5)]
