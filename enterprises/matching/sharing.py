"""Rows of one name that several seem to bear (pure). Law: the district tells whose each is, or a person does."""

from collections import defaultdict

import numpy as np

from enterprises.matching import rungs
from enterprises.matching.climbing import Climb
from enterprises.matching.clusters import NOBODY, Ints
from enterprises.matching.pairing import agreement


def share_out(climb: Climb, rows: Ints) -> None:
    """Give each of the rows, which bear one name in one city, to whom it is of."""
    clusters = climb.clusters
    _tie_by_district(climb, rows)
    size: dict[int, int] = defaultdict(int)
    for label in clusters.label[rows].tolist():
        size[label] += 1
    coded = [label for label in size if clusters.code_of[label] != NOBODY]
    uncoded = [label for label in size if clusters.code_of[label] == NOBODY]
    # A code that two lists give to the name is believed, and of single rows the first.
    standing = [label for label in coded if size[label] > 1] or coded[:1]
    for label in coded:
        if label not in standing:
            climb.wait(rows[clusters.label[rows] == label], "name_with_other_code", standing)
    if len(standing) > 1:
        for label in uncoded:
            climb.wait(rows[clusters.label[rows] == label], "several_of_that_name", standing)
    elif uncoded:
        _gather(climb, rows, standing, uncoded, size)


def _gather(climb: Climb, rows: Ints, standing: list[int], uncoded: list[int], size: dict[int, int]) -> None:
    """All go to the one that stands, or to the largest; but those of another district are asked of."""
    districts = _districts(climb, rows)
    largest = max(uncoded, key=lambda label: (bool(districts[label]), size[label], -label))
    target = standing[0] if standing else largest
    for label in uncoded:
        if label == target:
            continue
        if agreement(districts[label], districts[target]) == "elsewhere":
            climb.ask(target, label, "same_name_elsewhere", 0.5)
        else:
            climb.clusters.tie(np.array([target]), np.array([label]), rungs.NAME)


def _tie_by_district(climb: Climb, rows: Ints) -> None:
    bearers: dict[str, list[int]] = defaultdict(list)
    for row, district in zip(rows.tolist(), _district_of(climb, rows), strict=True):
        if district:
            bearers[district].append(row)
    for ties in bearers.values():
        labels = climb.clusters.label[ties]
        climb.clusters.tie(labels[:1].repeat(len(labels)), labels, rungs.NAME_HERE)


def _districts(climb: Climb, rows: Ints) -> dict[int, frozenset[str]]:
    """By label the districts that its rows are of."""
    found: dict[int, frozenset[str]] = defaultdict(frozenset)
    for label, district in zip(climb.clusters.label[rows].tolist(), _district_of(climb, rows), strict=True):
        found[label] |= {district} - {""}
    return found


def _district_of(climb: Climb, rows: Ints) -> list[str]:
    """The county in which each row's firm is registered, else the district that its list states."""
    columns = climb.evidence.rows[rows].select("registered", "county")
    return [registered or county for registered, county in columns.iter_rows()]
