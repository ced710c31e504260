"""Which clusters may be one, and what speaks for and against it (pure). Law: found by equal keys, never all with all.

A key that very many bear finds nobody: it says nothing of the one who bears it too.
"""

from functools import cached_property
from typing import NamedTuple

import numpy as np
import polars as pl

from enterprises.matching.certified import Certificate, too_near
from enterprises.matching.clusters import NOBODY, Clusters, Flags, Ints
from enterprises.matching.comparing import Relation, compare
from enterprises.matching.keys import Parts
from enterprises.matching.places import counties
from enterprises.matching.stated import Evidence

_HOT = 60  # clusters of one key beyond which it finds nobody
_NAMES = 6  # names of a cluster that are compared
_BARE_FORM = "公司"
_ORDER = {relation: place for place, relation in enumerate(Relation)}

Pairs = pl.DataFrame  # of labels: one, other; one < other


class Facts(NamedTuple):
    """What is known of a cluster that is compared with others."""

    names: tuple[int, ...]
    lists: frozenset[int]
    granting: frozenset[int]  # of these, those that are no notices of changes of name
    counties: frozenset[str]
    numbers: tuple[int, ...]  # as the evidence numbers them


def pairs_by(key: Ints, label: Ints, among: Flags) -> Pairs:
    """The pairs of clusters with rows that share a key."""
    stated = among & (key != NOBODY)
    table = pl.DataFrame({"key": key[stated], "label": label[stated]}).unique()
    table = table.filter((pl.len().over("key") > 1) & (pl.len().over("key") <= _HOT))
    return ordered(
        table.join(table, on="key", suffix="_other").select(one=pl.col("label"), other=pl.col("label_other"))
    )


def ordered(pairs: pl.DataFrame) -> Pairs:
    """Each pair once, the lesser label first, in an order of their own."""
    columns = pairs.filter(pl.col("one") != pl.col("other")).select(
        one=pl.min_horizontal("one", "other"), other=pl.max_horizontal("one", "other")
    )
    return columns.unique().sort("one", "other")


def without_two_codes(pairs: Pairs, clusters: Clusters) -> Pairs:
    """Two codes are two enterprises, whatever their names."""
    here, there = clusters.code_of[pairs["one"].to_numpy()], clusters.code_of[pairs["other"].to_numpy()]
    return pairs.filter(pl.Series((here == NOBODY) | (there == NOBODY) | (here == there)))


class Comparison:
    """Compares clusters by pairs. Facts are read once for all the clusters that are asked of."""

    def __init__(self, evidence: Evidence, clusters: Clusters, sizes: Ints, pairs: Pairs) -> None:
        self._evidence = evidence
        self._places = evidence.places
        self._coded = clusters.code_of != NOBODY
        self._sizes = sizes
        self._facts = _facts(evidence, clusters, np.unique(pairs.to_numpy()))

    @cached_property
    def _parts(self) -> dict[int, Parts]:
        return self._evidence.parts_of(name for facts in self._facts.values() for name in facts.names)

    @cached_property
    def _certificates(self) -> dict[int, Certificate]:
        numbers = np.unique([number for facts in self._facts.values() for number in facts.numbers])
        rows = self._evidence.stating(numbers)
        stated = self._evidence.rows[rows].select("number", "year", "apart").iter_rows()
        return dict(zip(numbers.tolist(), map(Certificate._make, stated), strict=True))

    def relation(self, one: int, other: int) -> Relation:
        """The nearest relation of any two names of the two."""
        parts, places = self._parts, self._places
        here, there = self._facts[one].names, self._facts[other].names
        return min(
            (compare(parts[name], parts[another], places) for name in here for another in there),
            key=_ORDER.__getitem__,
            default=Relation.OTHER,
        )

    def contradicts(self, one: int, other: int) -> bool:
        """Whether a fact speaks against the two being one: a list that names both, or numbers too near in time."""
        return self.shares_list(one, other) or self._clash(one, other)

    def contradicts_a_change(self, one: int, other: int) -> bool:
        """The same of a change of name, that one is the other: notices may tell of several changes of one name."""
        return bool(self._facts[one].granting & self._facts[other].granting) or self._clash(one, other)

    def _clash(self, one: int, other: int) -> bool:
        here, there = self._facts[one].numbers, self._facts[other].numbers
        if not here or not there:
            return False
        known = self._certificates
        return any(too_near(known[first], known[second]) for first in here for second in there)

    def shares_list(self, one: int, other: int) -> bool:
        """Whether a list names both: it would hardly name one enterprise twice."""
        return bool(self._facts[one].lists & self._facts[other].lists)

    def district(self, one: int, other: int) -> str:
        """`here` where both are known to be of one district, `elsewhere` where of two, `bare` where it is not known."""
        return agreement(self._facts[one].counties, self._facts[other].counties)

    def is_stray(self, one: int, other: int) -> bool:
        """Whether one of the two is a single row without a code, and the other a name that is known to be somebody's.

        What several lists call by a name is called so: it is no slip. Nor is what the row says beyond such a name.
        """
        stray, known = sorted((one, other), key=self._weight)
        return self._weight(stray) == 1 and self._weight(known) > 1 and not self._adds(stray, known)

    def _weight(self, label: int) -> int:
        return int(self._sizes[label]) + int(self._coded[label])

    def _adds(self, stray: int, known: int) -> bool:
        """Whether the stray says more than the other, which several rows bear: a place, or 有限 before 公司.

        People leave these out; where one is written and others agree that it is not there, it is another firm's name.
        """
        if self._sizes[known] == 1:
            return False
        own, others = ([self._parts[name] for name in self._facts[label].names] for label in (stray, known))
        place = all(name.places for name in own) and not any(name.places or name.inner for name in others)
        limited = all(name.form != _BARE_FORM for name in own) and all(name.form == _BARE_FORM for name in others)
        return place or limited

    def lesser(self, one: int, other: int) -> int:
        """Rows of the smaller of the two."""
        return int(min(self._sizes[one], self._sizes[other]))

    def miswritten(self, one: int, other: int) -> int:
        """Whose name is the miswritten one: of the fewer rows, then the one without a code, then the later."""
        return min((one, other), key=lambda label: (self._sizes[label], self._coded[label], -label))


def agreement(here: frozenset[str], there: frozenset[str]) -> str:
    """What districts say of two clusters. A zone lies across counties: to be in one contradicts no county."""
    if here & there:
        return "here"
    return "elsewhere" if here & counties().keys() and there & counties().keys() else "bare"


def _facts(evidence: Evidence, clusters: Clusters, labels: Ints) -> dict[int, Facts]:
    asked = np.flatnonzero(np.isin(clusters.label, labels) & ~evidence.takes_away)
    if not len(asked):
        return {}
    rows = evidence.rows[asked].select("listed", "role", "county", "registered").with_columns(
        label=pl.Series(clusters.label[asked]), name=pl.Series(evidence.name[asked]),
        number=pl.Series(evidence.number[asked]),
    )  # fmt: skip
    grouped = rows.group_by("label").agg(
        pl.col("name").unique().sort().head(_NAMES),
        pl.col("listed").unique(),
        pl.col("listed").filter(pl.col("role") == "grant").unique().alias("granting"),
        pl.col("county").unique(),
        pl.col("registered").unique(),
        pl.col("number").filter(pl.col("number") != NOBODY).unique().alias("numbers"),
    )
    return {
        label: Facts(
            tuple(names),
            frozenset(lists),
            frozenset(granting),
            frozenset(filter(None, (*counties, *registered))),
            tuple(numbers),
        )
        for label, names, lists, granting, counties, registered, numbers in grouped.iter_rows()
    }
