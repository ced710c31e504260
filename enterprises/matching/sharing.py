"""Rows of one name that several seem to bear (pure). Law: the district tells whose each is, or a person does."""

from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

import numpy as np
import polars as pl

from enterprises.matching import rungs
from enterprises.matching.climbing import Climb
from enterprises.matching.clusters import NOBODY, Flags, Ints
from enterprises.matching.pairing import agreement


def share_out(climb: Climb, key: Ints, among: Flags) -> None:
    """Give each of the rows to whom it is of; rows of one `key` bear one name in one city."""
    _tie_by_district(climb, key, among)
    label = climb.clusters.label
    rows = np.flatnonzero(among)
    rows = rows[np.argsort(key[rows], kind="stable")]
    columns = climb.evidence.rows[rows].select("registered", "county").rows()
    rivals = _rivals(climb)
    ties: list[tuple[int, int]] = []
    for _key, group in groupby(
        zip(key[rows].tolist(), rows.tolist(), label[rows].tolist(), columns, strict=True), key=itemgetter(0)
    ):
        bearers: dict[int, _Bearer] = {}
        for _same, row, own, (registered, county) in group:
            bearers.setdefault(own, _Bearer()).add(row, registered or county)
        _share(climb, bearers, rivals, ties)
    climb.tie_pairs(ties, rungs.NAME)


@dataclass
class _Bearer:
    """A cluster that bears the name: its rows that do, and the districts that these are of."""

    rows: list[int] = field(default_factory=list)
    districts: frozenset[str] = frozenset()

    def add(self, row: int, district: str) -> None:
        self.rows.append(row)
        self.districts |= {district} - {""}


def _rivals(climb: Climb) -> dict[int, set[int]]:
    """Label → labels whose numbers clash with its own."""
    rivals: dict[int, set[int]] = defaultdict(set)
    for one, other in climb.clusters.label[climb.clusters.clashing].tolist():
        rivals[one].add(other)
        rivals[other].add(one)
    return rivals


def _share(
    climb: Climb, bearers: dict[int, _Bearer], rivals: Mapping[int, Set[int]], ties: list[tuple[int, int]]
) -> None:
    code_of = climb.clusters.code_of
    coded = [label for label in bearers if code_of[label] != NOBODY]
    uncoded = [label for label in bearers if code_of[label] == NOBODY]
    # A code that two lists give to the name is believed, and of single rows the first.
    standing = [label for label in coded if len(bearers[label].rows) > 1] or coded[:1]
    for label in coded:
        if label not in standing:
            climb.wait(bearers[label].rows, "name_with_other_code", standing)
    if len(standing) > 1:
        for label in uncoded:
            climb.wait(bearers[label].rows, "several_of_that_name", standing)
    elif uncoded:
        left = _part(climb, bearers, rivals, standing, uncoded)
        if left:
            _gather(climb, bearers, standing, left, ties)


def _part(
    climb: Climb, bearers: dict[int, _Bearer], rivals: Mapping[int, Set[int]], standing: list[int], uncoded: list[int]
) -> list[int]:
    """Ask of those whose numbers clash; returns those without a code who may still be gathered.

    A number that two lists give to the name is believed, as is whoever has a code. Where that leaves several, or
    nobody, the rows without a number may be either's, and wait.
    """
    present = {*standing, *uncoded}
    disputed = {label for label in present if rivals.get(label, set()) & present}
    believed = {label for label in disputed if label in standing or len(bearers[label].rows) > 1}
    torn = bool(disputed) and (not believed or any(rivals[label] & believed for label in believed))
    candidates = believed or disputed
    for label in disputed if torn else disputed - believed:
        climb.ask(min(rivals[label] & candidates, default=min(candidates)), label, rungs.CLASHING, 0.5)
    if not torn:
        return [label for label in uncoded if label not in disputed - believed]
    for label in uncoded:
        if label not in disputed:
            climb.wait(bearers[label].rows, "several_of_that_name", candidates)
    return []


def _gather(
    climb: Climb, bearers: dict[int, _Bearer], standing: list[int], uncoded: list[int], ties: list[tuple[int, int]]
) -> None:
    """All go to the one that stands, or to the largest; but those of another district are asked of."""
    largest = max(uncoded, key=lambda label: (bool(bearers[label].districts), len(bearers[label].rows), -label))
    target = standing[0] if standing else largest
    # One that stands and says no district has that of the most who come to it.
    here = bearers[target].districts or bearers[largest].districts
    for label in uncoded:
        if label == target:
            continue
        if agreement(bearers[label].districts, here) == "elsewhere":
            climb.ask(target, label, "same_name_elsewhere", 0.5)
        else:
            ties.append((target, label))


def _tie_by_district(climb: Climb, key: Ints, among: Flags) -> None:
    """Those of one name and one district: the county of registration, else the district that the list states."""
    rows = climb.evidence.rows
    stated = pl.when(pl.col("registered") != "").then("registered").otherwise("county")
    district = rows.select(district=stated)["district"]
    known = among & (district != "").to_numpy()
    numbers = pl.DataFrame({"key": key[known], "district": district.filter(pl.Series(known))})
    pairs = np.full(len(key), NOBODY, dtype=np.int64)
    pairs[known] = numbers.select(pl.struct("key", "district").rank("dense").cast(pl.Int64)).to_series().to_numpy()
    climb.clusters.tie(*climb.clusters.first_of(pairs, known), rungs.NAME_HERE)
