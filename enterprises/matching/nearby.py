"""Names a slip apart, found by the sum of their sounds (pure). Law: by equality of sums alone.

Of one sum are names written with other characters of one sound or look, or in another order. A name that lost a
character, or has one twice, is one sound away.
"""

import numpy as np
import polars as pl

from enterprises.matching.clusters import Flags, Ints
from enterprises.matching.comparing import looks_damaged
from enterprises.matching.keys import FORMS
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
    damaged = _completed(evidence, suspects)
    found = pl.concat([pairs.select(one="id", other="other") for pairs in (same, shorter, longer, damaged)])
    return found.filter(pl.col("one") != pl.col("other")).unique()


def _one_less(spellings: pl.Series, names: pl.DataFrame) -> pl.DataFrame:
    """For each name the sums that it has without one of its characters."""
    numbers, begins = numbers_of(spellings)
    lengths = np.diff(np.concatenate((begins, [len(numbers)])))
    sums = np.repeat(names["sum"].to_numpy(), lengths) - numbers
    ids: Ints = np.repeat(names["id"].to_numpy(), lengths)
    return pl.DataFrame({"id": ids, "sum": sums}).unique()


def _completed(evidence: Evidence, suspects: Flags) -> pl.DataFrame:
    """Names whose legal form was cut short, with those that bear the whole of it."""
    spellings = evidence.names["spelling"]
    formless = np.flatnonzero(suspects & (evidence.names["form"] == "").to_numpy())
    cut = [
        (number, spelling)
        for number, spelling in zip(formless.tolist(), spellings[formless], strict=True)
        if looks_damaged(spelling)
    ]
    completions = [
        (number, spelling[:end] + form)
        for number, spelling in cut
        for end in range(max(len(spelling) - 5, 2), len(spelling))
        for form in FORMS
        if form.startswith(spelling[end:])
    ]
    wanted = pl.DataFrame(completions, schema={"id": pl.Int64, "spelling": pl.String}, orient="row")
    return wanted.join(pl.DataFrame({"other": np.arange(len(spellings)), "spelling": spellings}), on="spelling")
