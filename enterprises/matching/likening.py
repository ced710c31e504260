"""The rungs of names that differ (pure).

Law: likeness ties beside an identifier, or where it was measured to be sure.
"""

from collections import defaultdict

import numpy as np
import polars as pl

from enterprises.matching import rungs
from enterprises.matching.climbing import WIDE, Climb
from enterprises.matching.clusters import NOBODY, Ints
from enterprises.matching.comparing import Relation
from enterprises.matching.nearby import names_nearby
from enterprises.matching.pairing import Comparison, Pairs, ordered, pairs_by, without_two_codes

_LIKELY = 0.999  # how likely what an identifier says is right, though something speaks against it


def beside_identifiers(climb: Climb) -> None:
    """One code or number under two names: names that people write for each other are one, others are asked of."""
    evidence = climb.evidence
    for key, rung, witness in (
        (evidence.identity, rungs.CODE_LIKE, "code"),
        (evidence.number, rungs.NUMBER_LIKE, "number"),
        (_repaired(climb), rungs.REPAIRED, "repaired"),
    ):
        pairs = without_two_codes(pairs_by(key, climb.clusters.label, climb.open), climb.clusters)
        comparison = Comparison(evidence, climb.clusters, climb.sizes(), pairs)
        ties, slips = [], []
        for one, other in pairs.iter_rows():
            relation = comparison.relation(one, other)
            if relation is Relation.OTHER:
                climb.ask_measured(one, other, witness, relation)
            elif relation.is_loose and comparison.shares_list(one, other):
                climb.ask(one, other, witness + rungs.DISAGREES, _LIKELY)
            else:
                ties.append((one, other))
                if relation.is_slip:
                    slips.append(comparison.miswritten(one, other))
        blocked = set(climb.tie_pairs(ties, rung, slips).tolist())
        for one, other in ties:
            if blocked & {one, other}:
                climb.ask(one, other, witness + rungs.DISAGREES, _LIKELY)


def by_likeness(climb: Climb) -> None:
    """No identifier: a damaged legal form ties, and what was measured to be sure; the rest is asked of."""
    pairs = without_two_codes(ordered(pl.concat([_pairs_of_one_core(climb), _pairs_nearby(climb)])), climb.clusters)
    comparison = Comparison(climb.evidence, climb.clusters, climb.sizes(), pairs)
    damaged, slips, sure = [], [], defaultdict(list)
    for one, other in pairs.iter_rows():
        if comparison.contradicts(one, other):
            continue
        relation, district = comparison.relation(one, other), comparison.district(one, other)
        if relation is Relation.FORM_DAMAGED:
            damaged.append((one, other))
            slips.append(comparison.miswritten(one, other))
        elif district != "elsewhere" and not (relation.is_slip and comparison.lesser(one, other) > 1):
            figure = rungs.figures().get((district, relation))
            if figure and figure.ties(climb.line) and comparison.is_stray(one, other):
                sure[figure.rung].append((one, other))
            climb.ask_measured(one, other, district, relation)
    climb.tie_pairs(damaged, rungs.FORM, slips)
    for rung, ties in sorted(sure.items()):
        climb.tie_pairs(ties, rungs.number(rung), _strays(comparison, ties))
    climb.settle_questions()


def _strays(comparison: Comparison, ties: list[tuple[int, int]]) -> list[int]:
    """The single rows of the ties: their spelling is not the one that the name is known by."""
    return [comparison.miswritten(one, other) for one, other in ties]


def _repaired(climb: Climb) -> Ints:
    """Identities, with those out of codes that only pass their check without a slip, where somebody has them."""
    evidence = climb.evidence
    repaired = evidence.rows["repaired"]
    if not (repaired != "").any():
        return np.full(len(evidence), NOBODY)
    codes = pl.DataFrame({"code": evidence.rows["code"].str.slice(8, 9), "identity": evidence.identity})
    known = codes.filter(pl.col("code") != "").unique("code")
    found = pl.DataFrame({"code": repaired.str.slice(8, 9)}).join(known, on="code", how="left", maintain_order="left")
    mended = found["identity"].fill_null(NOBODY).to_numpy()
    return np.where(mended != NOBODY, mended, evidence.identity)


def _pairs_of_one_core(climb: Climb) -> Pairs:
    evidence = climb.evidence
    key = np.where(evidence.core != NOBODY, (evidence.place + 1) * WIDE + evidence.core, NOBODY)
    return pairs_by(key, climb.clusters.label, climb.open)


def _pairs_nearby(climb: Climb) -> Pairs:
    """Pairs of clusters of one city with names a slip apart, of which one is a single row's, or has no code."""
    evidence, label = climb.evidence, climb.clusters.label
    among = climb.open & (evidence.name != NOBODY)
    bearers = pl.DataFrame(
        {"name": evidence.name[among], "label": label[among], "place": evidence.place[among]}
    ).unique()
    labels = bearers["label"].to_numpy()
    suspect = (climb.clusters.code_of[labels] == NOBODY) | (climb.sizes()[labels] == 1)
    suspects = np.zeros(evidence.names.height, dtype=np.bool_)
    suspects[bearers["name"].to_numpy()[suspect]] = True
    found = names_nearby(evidence, suspects)
    joined = (
        found.join(bearers, left_on="one", right_on="name")
        .join(bearers, left_on="other", right_on="name", suffix="_other")
        .filter(pl.col("place") == pl.col("place_other"))
    )
    return ordered(joined.select(one=pl.col("label"), other=pl.col("label_other")))
