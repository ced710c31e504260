"""Names a slip apart, found by the sum of their sounds (pure). Law: by equality of sums alone.

Of one sum are names written with other characters of one sound or look, or in another order. A name that lost a
character, or has one twice, is one sound away.
"""

import numpy as np
import polars as pl

from enterprises.matching.clusters import Flags, Ints
from enterprises.matching.sounds import numbers_of, sums_of
from enterprises.matching.stated import Evidence


def names_nearby(evidence: Evidence, suspects: Flags) -> pl.DataFrame:
    """Pairs of name numbers (`one`, `other`) a slip apart, of which one is a suspect: borne by a single row or so."""
    spellings = evidence.names["spelling"]
    names = pl.DataFrame({"id": np.arange(len(spellings)), "sum": sums_of(spellings), "suspect": suspects})
    asked = names.filter("suspect").select("id", "sum")
    same = asked.join(names.select(other="id", sum="sum"), on="sum")
    lacking = _one_less(spellings, names)
    # The suspect lacks one sound of the other's, or has one more.
    shorter = asked.join(lacking.rename({"id": "other"}), on="sum")
    longer = lacking.join(asked.select("id"), on="id").join(names.select(other="id", sum="sum"), on="sum")
    found = pl.concat([pairs.select(one="id", other="other") for pairs in (same, shorter, longer)])
    return found.filter(pl.col("one") != pl.col("other")).unique()


def _one_less(spellings: pl.Series, names: pl.DataFrame) -> pl.DataFrame:
    """For each name the sums that it has without one of its characters."""
    numbers, begins = numbers_of(spellings)
    lengths = np.diff(np.concatenate((begins, [len(numbers)])))
    sums = np.repeat(names["sum"].to_numpy(), lengths) - numbers
    ids: Ints = np.repeat(names["id"].to_numpy(), lengths)
    return pl.DataFrame({"id": ids, "sum": sums}).unique()
