"""The rungs of equal names, and of changes of them that were published (pure)."""

import numpy as np
import polars as pl

from enterprises.matching import rungs
from enterprises.matching.certified import clashing
from enterprises.matching.climbing import WIDE, Climb
from enterprises.matching.clusters import NOBODY, Flags, Ints
from enterprises.matching.pairing import Comparison, ordered
from enterprises.matching.renaming import against
from enterprises.matching.sharing import share_out


def by_words(climb: Climb) -> None:
    """What a person said is one. A name miswritten for one that others bear is so all the same."""
    said = list(climb.words.same)
    if said:
        climb.tie_pairs(said, rungs.PERSON, _strays_among(climb, said))


def _strays_among(climb: Climb, pairs: list[tuple[int, int]]) -> list[int]:
    """Of rows that are one by pairs: those whose name no other row bears, miswritten for one that others do."""
    evidence = climb.evidence
    pairs = [(one, other) for one, other in pairs if climb.gives[one] and climb.gives[other]]
    comparison = Comparison(
        evidence, climb.clusters, _bearing(climb), pl.DataFrame(pairs, schema=["one", "other"], orient="row")
    )
    return [
        comparison.miswritten(*pair)
        for pair in pairs
        if evidence.spelling[pair[0]] != evidence.spelling[pair[1]]
        and not comparison.relation(*pair).is_change
        and comparison.is_stray(*pair)
    ]


def _bearing(climb: Climb) -> Ints:
    """How many rows of its city bear the name of each."""
    evidence = climb.evidence
    key = (evidence.place + 1) * WIDE + evidence.spelling
    _keys, number, counts = np.unique(key, return_inverse=True, return_counts=True)
    bearing: Ints = counts[number]
    return bearing


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


def by_lists(climb: Climb) -> None:
    """What lists say against changes of name. A notice that one contradicts waits, unless a person said whose it is."""
    said = against(climb.evidence, climb.open)
    for row, old, new in said.contradicted.iter_rows():
        _let_wait(climb, row, (old, new))
    for one, other in said.apart.iter_rows():
        climb.ask(one, other, "name_given_up", 0.6)
    # A word on whose the notice is does not say that the other firm of that name is the same.
    apart = [*said.apart.iter_rows(), *said.contradicted.select("row", "new").iter_rows()]
    climb.freed, climb.apart = said.freed, np.array(apart, dtype=np.int64).reshape(-1, 2)


def by_name(climb: Climb) -> None:
    """One spelling in one city. Where two codes, two counties, numbers that clash or lists part it, it says less."""
    evidence, clusters = climb.evidence, climb.clusters
    apart = climb.apart[clusters.label[climb.apart[:, 0]] != clusters.label[climb.apart[:, 1]]]
    clusters.clashing = np.concatenate((clashing(evidence, clusters.label, climb.open), apart))
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
    bears = np.flatnonzero(climb.open & np.isin(evidence.spelling, evidence.former_spelling[rows]))
    known = pl.DataFrame(
        {"old": bears, "spelling": evidence.spelling[bears], "there": evidence.place[bears],
         "label": clusters.label[bears]}
    )  # fmt: skip
    asked = pl.DataFrame(
        {
            "row": rows, "spelling": evidence.former_spelling[rows], "here": evidence.place[rows],
            "own": clusters.label[rows],
        }
    )  # fmt: skip
    anywhere = (pl.col("here") == NOBODY) | (pl.col("there") == NOBODY)
    found = asked.join(known, on="spelling").filter((pl.col("here") == pl.col("there")) | anywhere)
    found = found.join(climb.freed, on=["row", "old"], how="anti").select("row", "own", "label").unique()
    found = found.with_columns(bearers=pl.col("label").n_unique().over("row")).filter(pl.col("own") != pl.col("label"))
    found = found.sort("row", "label")
    found = found.with_columns(_contradicted(climb, found))
    certain = found.filter((pl.col("bearers") == 1) & ~pl.col("contradicted"))
    blocked = clusters.tie(certain["own"].to_numpy(), certain["label"].to_numpy(), rung)
    unsure = (pl.col("bearers") > 1) | pl.col("contradicted")
    unsure |= pl.col("own").is_in(blocked) | pl.col("label").is_in(blocked)
    for row, own, label, contradicted in found.filter(unsure).select("row", "own", "label", "contradicted").iter_rows():
        if not (contradicted and rung == rungs.RENAME and _let_wait(climb, row, (own, label))):
            climb.ask(own, label, rungs.FORMERLY, 0.5)


def _let_wait(climb: Climb, row: int, candidates: tuple[int, int]) -> bool:
    """Let a notice wait that something speaks against, unless a person said whose it is."""
    if row in climb.words.tied:
        return False
    climb.wait([row], rungs.FORMERLY, candidates)
    return True


def _contradicted(climb: Climb, found: pl.DataFrame) -> pl.Series:
    """Whether a list grants something to both clusters, or their numbers lie too near in time."""
    pairs = ordered(found.select(one="own", other="label"))
    comparison = Comparison(climb.evidence, climb.clusters, climb.sizes(), pairs)
    flags = [comparison.contradicts_a_change(*pair) for pair in found.select("own", "label").iter_rows()]
    return pl.Series("contradicted", flags, dtype=pl.Boolean)


def _several(key: Ints, value: Ints, among: Flags) -> Flags:
    """Rows whose key goes with more than one value, among those."""
    table = pl.DataFrame({"key": key[among], "value": value[among]}).unique()
    many = table.filter(pl.col("key").is_duplicated())["key"].unique().to_numpy()
    return np.isin(key, many) if len(many) else np.zeros(len(key), dtype=np.bool_)
