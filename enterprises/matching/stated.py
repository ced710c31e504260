"""What the ladder climbs on: the rows of many lists as columns of numbers (pure).

Law: equal texts have equal numbers.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from enterprises.matching.clusters import NOBODY, Flags, Ints
from enterprises.matching.keys import Parts, parts_of
from enterprises.matching.places import Places
from registry.names import is_legal_name

# One row for each entry, in an order that depends on the lists alone. Empty texts mean that nothing was stated.
SCHEMA = pl.Schema(
    {
        "entry": pl.Int64,
        "listed": pl.Int64,  # the list
        "name": pl.String,  # name keys
        "former": pl.String,
        "code": pl.String,  # a valid credit code
        "old": pl.String,  # an organisation code of 9 or a registration number of 15 characters
        "repaired": pl.String,  # what a code that fails its check would be without the usual slips
        "number": pl.String,  # a number that identifies, under its programme
        "year": pl.Int64,  # of that number; 0 where it says none
        "apart": pl.Int64,  # how many years lie at least between two numbers of one enterprise; 0: not known
        "place": pl.String,  # the city that the row or its list is about; empty where it may be any
        "county": pl.String,  # what the row says of the district within it
        "district_id": pl.Int64,  # the registry's number of its district, carried along
        "registered": pl.String,  # the county of registration, out of code or number
        "role": pl.String,  # grant, rename, or must: a row that takes something away, and founds nobody
    }
)
_ORGANISATION = 9


def identity() -> pl.Expr:
    """Of rows with `code` and `old`: the organisation code that they state, or an empty text."""
    old = pl.col("old")
    organisation = pl.when(old.str.len_chars() == _ORGANISATION).then(old).otherwise(pl.lit(""))
    return pl.when(pl.col("code") != "").then(pl.col("code").str.slice(8, 9)).otherwise(organisation)


def registration() -> pl.Expr:
    """Of the same rows: the registration number that they state, or an empty text."""
    old = pl.col("old")
    return pl.when(old.str.len_chars() > _ORGANISATION).then(old).otherwise(pl.lit(""))


@dataclass
class Evidence:
    """Rows as numbers. `NOBODY` stands for what a row does not state."""

    rows: pl.DataFrame
    places: Places
    names: pl.DataFrame = field(init=False)

    def __post_init__(self) -> None:
        texts = pl.concat([self.rows["name"], self.rows["former"]]).unique(maintain_order=True)
        self.names = parts_of(texts.filter(texts != "").rename("name"), self.places).with_row_index("id")

    def __len__(self) -> int:
        return self.rows.height

    @cached_property
    def name(self) -> Ints:
        """The number of each row's name in `names`."""
        return self._looked_up("name", "id")

    @cached_property
    def former(self) -> Ints:
        return self._looked_up("former", "id")

    @cached_property
    def _spellings(self) -> pl.Series:
        return _numbered(self.names["spelling"])

    @cached_property
    def spelling(self) -> Ints:
        return _through(self._spellings, self.name)

    @cached_property
    def former_spelling(self) -> Ints:
        return _through(self._spellings, self.former)

    @cached_property
    def core(self) -> Ints:
        return _through(_numbered(self.names["core"]), self.name)

    @cached_property
    def identity(self) -> Ints:
        """Whom a code is of: the organisation code within it, which stays where a firm moves and its code changes."""
        return _stated(self.rows.select(identity=identity())["identity"])

    @cached_property
    def registration(self) -> Ints:
        return _stated(self.rows.select(old=registration())["old"])

    @cached_property
    def number(self) -> Ints:
        return _stated(self.rows["number"])

    def stating(self, numbers: Ints) -> Ints:
        """For each of these numbers, in rising order, the first row that states it."""
        rows = np.flatnonzero(np.isin(self.number, numbers))
        _numbers, first = np.unique(self.number[rows], return_index=True)
        stating: Ints = rows[first]
        return stating

    @cached_property
    def registered(self) -> Ints:
        return _stated(self.rows["registered"])

    @cached_property
    def place(self) -> Ints:
        return _stated(self.rows["place"])

    @cached_property
    def whole(self) -> Flags:
        """Rows whose name is one in full: only such found an enterprise."""
        names = self.names.select("name", "form").with_columns(whole=pl.col("form") != "")
        doubtful = names.filter(~pl.col("whole"))["name"]
        legal = pl.Series([is_legal_name(name) for name in doubtful], dtype=pl.Boolean)
        table = np.ones(names.height + 1, dtype=np.bool_)
        table[np.flatnonzero(~names["whole"].to_numpy())] = legal.to_numpy()
        table[NOBODY] = False
        flags: Flags = table[self.name]
        return flags

    @cached_property
    def takes_away(self) -> Flags:
        flags: Flags = (self.rows["role"] == "must").to_numpy()
        return flags

    def parts_of(self, names: Iterable[int]) -> dict[int, Parts]:
        """The parts of names by their number, for those few that are compared one by one."""
        wanted = sorted(set(names))
        columns = self.names[wanted].select("spelling", "form", "kind", "places", "inner", "core")
        return dict(zip(wanted, map(Parts._make, columns.iter_rows()), strict=True))

    def _looked_up(self, column: str, value: str) -> Ints:
        found = self.rows.select(pl.col(column)).join(
            self.names.select("name", pl.col(value).cast(pl.Int64)), left_on=column, right_on="name", how="left",
            maintain_order="left",
        )  # fmt: skip
        numbers: Ints = found[value].fill_null(NOBODY).to_numpy()
        return numbers


def _numbered(texts: pl.Series) -> pl.Series:
    """A number for each text, equal for equal ones. Found by hashing: nothing need be sorted."""
    return texts.cast(pl.Categorical(pl.Categories.random())).to_physical().cast(pl.Int64)


def _stated(texts: pl.Series) -> Ints:
    numbers = _numbered(texts).to_numpy().copy()
    numbers[(texts == "").to_numpy()] = NOBODY
    return numbers


def _through(values: pl.Series, numbers: Ints) -> Ints:
    """`values` by number; `NOBODY` stays."""
    table = np.concatenate((values.to_numpy().astype(np.int64), [NOBODY]))
    found: Ints = table[numbers]
    return found
