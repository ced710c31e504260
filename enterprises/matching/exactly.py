"""The rungs of equal names, and of changes of them that were published (pure)."""

import numpy as np
import polars as pl

from enterprises.matching import rungs
from enterprises.matching.certified import clashing
from enterprises.matching.climbing import WIDE, Climb
from enterprises.matching.clusters import NOBODY, Flags, Ints
from enterprises.matching.sharing import share_out


def by_words(climb: Climb) -> None:
    """What a person said is one."""
    climb.tie_pairs(list(climb.words.same), rungs.PERSON)


def by_identifiers(climb: Climb) -> None:
    """One identifier, and one spelling of the name."""
    evidence = climb.evidence
    for key, rung in (
        (evidence.identity, rungs.CODE),
        (evidence.number, rungs.NUMBER),
        (evidence.registration, rungs.REGISTRATION),
    ):
        stated = climb.open & (key != NOBODY) & (evidence.spelling != NOBODY)
        climb.clusters.tie(*climb.clusters.first_of(key * WIDE + evidence.spelling, stated), rung)


def by_name(climb: Climb) -> None:
    """One spelling in one city. Where two codes, two counties or numbers that clash share it, it says less."""
    evidence, clusters = climb.evidence, climb.clusters
    clusters.clashing = clashing(evidence, clusters.label, climb.open)
    stated = climb.open & (evidence.spelling != NOBODY)
    key = (evidence.place + 1) * WIDE + evidence.spelling
    doubtful = _doubtful(climb, key, stated)
    clusters.tie(*clusters.first_of(key, stated & ~doubtful), rungs.NAME)
    if doubtful.any():
        share_out(climb, key, stated & doubtful)
    # Whoever names no city may be of any; so the name counts where just one has it.
    homeless = stated & (evidence.place == NOBODY)
    if homeless.any():
        wanted = climb.open & np.isin(evidence.spelling, evidence.spelling[homeless])
        several = _several(evidence.spelling, clusters.label, wanted & ~homeless)
        one, other = clusters.first_of(evidence.spelling, wanted & ~several)
        blocked = np.isin(one, clusters.tie(one, other, rungs.NAME))
        for first, second in zip(one[blocked].tolist(), other[blocked].tolist(), strict=True):
            climb.ask(first, second, rungs.CLASHING, 0.5)


def by_former_names(climb: Climb) -> None:
    """Changes of name that were published, then former names that lists state beside the name."""
    renames = (climb.evidence.rows["role"] == "rename").to_numpy()
    for rung, among in ((rungs.RENAME, renames), (rungs.FORMER, ~renames)):
        rows = np.flatnonzero(among & climb.open & (climb.evidence.former_spelling != NOBODY))
        if len(rows):
            _follow(climb, rows, rung)


def _doubtful(climb: Climb, key: Ints, stated: Flags) -> Flags:
    """Rows whose name, in their city, is borne under several codes, in several counties, or by rows that are parted."""
    registered = climb.evidence.registered
    parted = np.zeros(len(key), dtype=np.bool_)
    parted[climb.clusters.parted.ravel()] = True
    parted[climb.clusters.clashing.ravel()] = True
    code = climb.clusters.code_of[climb.clusters.label]
    doubtful: Flags = (
        _several(key, code, stated & (code != NOBODY))
        | _several(key, registered, stated & (registered != NOBODY))
        | (stated & np.isin(key, key[parted]))
    )
    return doubtful


def _follow(climb: Climb, rows: Ints, rung: int) -> None:
    """Tie the rows to whoever bears the name that they call the former one, where just one does."""
    evidence, clusters = climb.evidence, climb.clusters
    bears = climb.open & np.isin(evidence.spelling, evidence.former_spelling[rows])
    known = pl.DataFrame(
        {"spelling": evidence.spelling[bears], "there": evidence.place[bears], "label": clusters.label[bears]}
    ).unique()
    asked = pl.DataFrame(
        {
            "row": rows, "spelling": evidence.former_spelling[rows], "here": evidence.place[rows],
            "own": clusters.label[rows],
        }
    )  # fmt: skip
    anywhere = (pl.col("here") == NOBODY) | (pl.col("there") == NOBODY)
    found = asked.join(known, on="spelling").filter((pl.col("here") == pl.col("there")) | anywhere)
    found = found.with_columns(bearers=pl.col("label").n_unique().over("row")).filter(pl.col("own") != pl.col("label"))
    certain = found.filter(pl.col("bearers") == 1)
    blocked = clusters.tie(certain["own"].to_numpy(), certain["label"].to_numpy(), rung)
    unsure = (pl.col("bearers") > 1) | pl.col("own").is_in(blocked) | pl.col("label").is_in(blocked)
    for own, label in found.filter(unsure).select("own", "label").iter_rows():
        climb.ask(own, label, "former_name_of_another", 0.5)


def _several(key: Ints, value: Ints, among: Flags) -> Flags:
    """Rows whose key goes with more than one value, among those."""
    table = pl.DataFrame({"key": key[among], "value": value[among]}).unique()
    many = table.filter(pl.col("key").is_duplicated())["key"].unique().to_numpy()
    return np.isin(key, many) if len(many) else np.zeros(len(key), dtype=np.bool_)
