"""Names a slip apart, found by the sum of their sounds (pure). Law: by equality of sums alone.

Of one sum are names written with other characters of one sound or look, or in another order. A name that lost a
character, or has one twice, is one sound away.
"""

import numpy as np
import polars as pl

from enterprises.matching.clusters import Flags, Ints
from enterprises.matching.hashing import Sieve
from enterprises.matching.sounds import numbers_of, sums_of
from enterprises.matching.stated import Evidence

_SLICE = 200_000  # names of which a sound is left out at a time: a dozen sums each


def names_nearby(evidence: Evidence, suspects: Flags) -> pl.DataFrame:
    """Pairs of name numbers (`one`, `other`) a slip apart, of which one is a suspect: borne by a single row or so."""
    spellings = evidence.names["spelling"]
    names = pl.DataFrame(
        {"other": np.arange(len(spellings)), "spelling": spellings, "sum": sums_of(spellings), "suspect": suspects}
    )
    asked = names.filter("suspect").select("sum", one="other")
    known = names.select("sum", "other")
    found = [asked.join(known, on="sum").select("one", "other")]
    asked_for, there = Sieve(asked["sum"].to_numpy()), Sieve(known["sum"].to_numpy())
    for part in names.iter_slices(_SLICE):
        lacking = _one_less(part)
        # The suspect lacks one sound of the other's, or has one more.
        shorter = lacking.filter(pl.Series(asked_for.may_hold(lacking["sum"].to_numpy())))
        found.append(shorter.join(asked, on="sum").select("one", "other"))
        longer = lacking.filter(pl.col("suspect") & pl.Series(there.may_hold(lacking["sum"].to_numpy())))
        found.append(longer.select("sum", one="other").join(known, on="sum").select("one", "other"))
    return pl.concat(found).filter(pl.col("one") != pl.col("other")).unique()


class Neighbours:
    """Known spellings, to be asked again and again for those a slip away from others. It never changes."""

    def __init__(self, spellings: pl.Series) -> None:
        names = _summed(spellings)
        self._known = names.select("sum", other="number")
        self._sieve = Sieve(names["sum"].to_numpy())
        parts = [_one_less(part) for part in names.iter_slices(_SLICE)]
        self._lacking = pl.concat(parts).select("sum", other="number") if parts else self._known

    def of(self, spellings: pl.Series) -> pl.DataFrame:
        """Pairs of places, `one` in these spellings and `other` in the known ones. No spelling may be empty."""
        asked = _summed(spellings)
        whole = asked.select("sum", one="number")
        lacking = _one_less(asked)
        lacking = lacking.filter(pl.Series(self._sieve.may_hold(lacking["sum"].to_numpy())))
        found = [
            whole.join(self._known, on="sum"),
            whole.join(self._lacking, on="sum"),
            lacking.select("sum", one="number").join(self._known, on="sum"),
        ]
        return pl.concat([pairs.select("one", "other") for pairs in found]).unique()


def _summed(spellings: pl.Series) -> pl.DataFrame:
    return pl.DataFrame(
        {"number": np.arange(len(spellings)), "spelling": spellings, "sum": sums_of(spellings)},
        schema={"number": pl.Int64, "spelling": pl.String, "sum": pl.Int64},
    )


def _one_less(names: pl.DataFrame) -> pl.DataFrame:
    """For each name the sums that it has without one of its characters."""
    numbers, begins = numbers_of(names["spelling"])
    lengths = np.diff(np.concatenate((begins, [len(numbers)])))
    each: Ints = np.repeat(np.arange(names.height), lengths)
    return names.drop("spelling", "sum")[each].with_columns(sum=names["sum"].to_numpy()[each] - numbers)
