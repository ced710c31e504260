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


def _one_less(names: pl.DataFrame) -> pl.DataFrame:
    """For each name the sums that it has without one of its characters."""
    numbers, begins = numbers_of(names["spelling"])
    lengths = np.diff(np.concatenate((begins, [len(numbers)])))
    each: Ints = np.repeat(np.arange(names.height), lengths)
    return names.select("other", "suspect")[each].with_columns(sum=names["sum"].to_numpy()[each] - numbers)
