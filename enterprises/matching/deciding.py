"""The evidence ladder (pure): rows in, clusters, what waits and what is asked out.

Law: the clusters follow from the set of rows and of people's words alone, not from the order in which they came. Each
rung is climbed by all rows at once; the surer come first.

person        a person said that two rows are of one enterprise
code          one organisation code, out of a credit code or stated, and one spelling of the name
number        one certificate number, and one spelling
registration  one registration number, and one spelling
name          one spelling in one city, where nothing speaks against it
name_here     one spelling, which several bear: the district tells whose it is
rename        a published change of name
former        a former name that a list states beside the name
code_like     one code, names that differ as people write them
number_like   one certificate number, the same
code_repaired a code with one slip of the pen, and such a name
form_damaged  a legal form that no register holds, and else the same name
…_here        names that differ in a way that was measured, in one district

A row that takes something away founds nobody and changes nobody: it is brought to what the others gave (`taking`).
"""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import polars as pl

from enterprises.matching import rungs
from enterprises.matching.clusters import NOBODY, Clusters, Flags, Ints
from enterprises.matching.comparing import Relation
from enterprises.matching.nearby import names_nearby
from enterprises.matching.pairing import Comparison, Pairs, agreement, ordered, pairs_by, without_two_codes
from enterprises.matching.said import Decided, Question, Words
from enterprises.matching.stated import Evidence
from enterprises.matching.taking import take

_LIKELY = 0.999  # how likely what an identifier says is right, though something speaks against it
_WIDE = 1 << 31  # two numbers below it make one key


class Ladder:
    """Climbs the rungs for one set of rows. `line` is the precision from which a measured rung may tie."""

    def __init__(self, evidence: Evidence, words: Words, *, line: float = rungs.LINE) -> None:
        self.evidence, self.words, self.line = evidence, words, line
        identity = evidence.identity.copy()
        identity[evidence.takes_away] = NOBODY
        self.gives = ~evidence.takes_away
        self.clusters = Clusters(identity, np.array(words.different, dtype=np.int64).reshape(-1, 2))
        self.decided = Decided(self.clusters)
        self._asked: dict[tuple[int, int], tuple[str, float]] = {}

    def climb(self) -> Decided:
        """All rungs, the surest first."""
        self._by_words()
        same = self.evidence
        for key, rung in ((same.identity, rungs.CODE), (same.number, rungs.NUMBER), (same.registration, rungs.REGISTRATION)):
            self._by_key(key, same.spelling, rung)
        self._by_name()
        self._by_former_names()
        self._by_identifiers()
        self._by_likeness()
        self._hold_incomplete()
        self._hold_contested()
        take(self.evidence, self.words, self.decided)
        return self.decided

    def _by_words(self) -> None:
        pairs = np.array(self.words.same, dtype=np.int64).reshape(-1, 2)
        self.clusters.tie(self.clusters.label[pairs[:, 0]], self.clusters.label[pairs[:, 1]], rungs.PERSON)

    def _by_key(self, key: Ints, beside: Ints, rung: int, among: Flags | None = None) -> Ints:
        """Tie all rows that agree in both; returns the labels that could not be."""
        stated = self.gives & self._free & (key != NOBODY) & (beside != NOBODY)
        if among is not None:
            stated &= among
        return self.clusters.tie(*self.clusters.first_of(key * _WIDE + beside, stated), rung)

    @property
    def _free(self) -> Flags:
        """Rows that do not wait for a person."""
        free = np.ones(len(self.evidence), dtype=np.bool_)
        free[list(self.decided.waiting)] = False
        return free

    def _by_name(self) -> None:
        """One spelling in one city. Where two codes or two counties of registration share it, it says less."""
        evidence, clusters = self.evidence, self.clusters
        stated = self.gives & (evidence.spelling != NOBODY)
        place = evidence.place + 1
        key = place * _WIDE + evidence.spelling
        doubtful = self._doubtful(key, stated)
        clusters.tie(*clusters.first_of(key, stated & ~doubtful), rungs.NAME)
        for rows in _groups(key, stated & doubtful):
            self._share_out(rows)
        # Whoever names no city may be of any; so it counts where just one has the name.
        homeless = stated & (evidence.place == NOBODY)
        if homeless.any():
            wanted = stated & np.isin(evidence.spelling, evidence.spelling[homeless])
            several = _several(evidence.spelling, clusters.label, wanted & ~homeless)
            clusters.tie(*clusters.first_of(evidence.spelling, wanted & ~several & self._free), rungs.NAME)

    def _doubtful(self, key: Ints, stated: Flags) -> Flags:
        """Rows whose name, in their city, is borne under several codes, or registered in several counties."""
        registered = self.evidence.rows["registered"]
        counties = registered.rank("dense").cast(pl.Int64).to_numpy()
        known = stated & (registered != "").to_numpy()
        coded = stated & (self.evidence.identity != NOBODY)
        parted = np.zeros(len(key), dtype=np.bool_)
        parted[self.clusters.parted.ravel()] = True
        return (
            _several(key, self.clusters.code_of[self.clusters.label], coded)
            | _several(key, counties, known)
            | (stated & np.isin(key, key[parted]))
        )

    def _share_out(self, rows: Ints) -> None:
        """Rows of one name that several seem to bear: the district tells whose each is, or a person does."""
        clusters = self.clusters
        self._tie_by_county(rows)
        size: dict[int, int] = defaultdict(int)
        for label in clusters.label[rows].tolist():
            size[label] += 1
        coded = [label for label in size if clusters.code_of[label] != NOBODY]
        standing = [label for label in coded if size[label] > 1] or [max(coded, key=lambda one: (size[one], -one))][:1] if coded else []
        for label in coded:
            if label not in standing and len(coded) > 1:
                self._wait(rows[clusters.label[rows] == label], "name_with_other_code", standing)
        rest = [label for label in size if clusters.code_of[label] == NOBODY]
        if not rest:
            return
        counties = self._counties(rows)
        if len(standing) > 1:
            for label in rest:
                self._wait(rows[clusters.label[rows] == label], "several_of_that_name", standing)
            return
        target = standing[0] if standing else max(rest, key=lambda one: (bool(counties[one]), size[one], -one))
        for label in rest:
            if label == target:
                continue
            if agreement(frozenset(counties[label]), frozenset(counties[target])) == "elsewhere":
                self._ask(target, label, "same_name_elsewhere", 0.5)
            else:
                clusters.tie(np.array([target]), np.array([label]), rungs.NAME)

    def _tie_by_county(self, rows: Ints) -> None:
        """Tie those of one district, by what they say of it or their registration does."""
        bearers: dict[str, list[int]] = defaultdict(list)
        columns = self.evidence.rows[rows].select("registered", "county")
        for row, (registered, county) in zip(rows.tolist(), columns.iter_rows(), strict=True):
            if registered or county:
                bearers[registered or county].append(row)
        for ties in bearers.values():
            labels = self.clusters.label[ties]
            self.clusters.tie(labels[:1].repeat(len(labels)), labels, rungs.NAME_HERE)

    def _counties(self, rows: Ints) -> dict[int, set[str]]:
        """By label the counties of registration, and the districts that lists state where there is none."""
        found: dict[int, set[str]] = defaultdict(set)
        columns = self.evidence.rows[rows].select("registered", "county")
        for label, (registered, county) in zip(self.clusters.label[rows].tolist(), columns.iter_rows(), strict=True):
            found[label] |= {one for one in (registered or county,) if one}
        return found

    def _wait(self, rows: Iterable[int], cause: str, candidates: Iterable[int]) -> None:
        for row in set(map(int, rows)) - self.words.alone:
            self.decided.waiting[row] = (cause, tuple(sorted(candidates)))

    def _by_former_names(self) -> None:
        """Changes of name that were published, then former names that lists state."""
        renames = (self.evidence.rows["role"] == "rename").to_numpy()
        for rung, among in ((rungs.RENAME, renames), (rungs.FORMER, ~renames)):
            rows = np.flatnonzero(among & self.gives & self._free & (self.evidence.former_spelling != NOBODY))
            if len(rows):
                self._follow(rows, rung)

    def _follow(self, rows: Ints, rung: int) -> None:
        evidence, clusters = self.evidence, self.clusters
        bears = self.gives & self._free & np.isin(evidence.spelling, evidence.former_spelling[rows])
        known = pl.DataFrame(
            {"spelling": evidence.spelling[bears], "there": evidence.place[bears], "label": clusters.label[bears]}
        ).unique()
        asked = pl.DataFrame(
            {
                "row": rows, "spelling": evidence.former_spelling[rows], "here": evidence.place[rows],
                "own": clusters.label[rows],
            }
        )  # fmt: skip
        found = asked.join(known, on="spelling").filter(
            (pl.col("here") == pl.col("there")) | (pl.col("here") == NOBODY) | (pl.col("there") == NOBODY)
        )
        found = found.with_columns(bearers=pl.col("label").n_unique().over("row")).filter(pl.col("own") != pl.col("label"))
        certain = found.filter(pl.col("bearers") == 1)
        blocked = clusters.tie(certain["own"].to_numpy(), certain["label"].to_numpy(), rung)
        unsure = found.filter((pl.col("bearers") > 1) | pl.col("own").is_in(blocked) | pl.col("label").is_in(blocked))
        for own, label in unsure.select("own", "label").iter_rows():
            self._ask(own, label, "former_name_of_another", 0.5)

    def _by_identifiers(self) -> None:
        """One code or number under two names: names that people write for each other are one, others are asked of."""
        evidence = self.evidence
        for key, rung, witness in (
            (evidence.identity, rungs.CODE_LIKE, "code"),
            (evidence.number, rungs.NUMBER_LIKE, "number"),
            (self._repaired(), rungs.REPAIRED, "repaired"),
        ):
            pairs = without_two_codes(pairs_by(key, self.clusters.label, self.gives & self._free), self.clusters)
            comparison = Comparison(evidence, self.clusters, [pairs])
            ties, slips = [], []
            for one, other in pairs.iter_rows():
                relation = comparison.relation(one, other)
                if relation is Relation.OTHER:
                    self._ask_measured(one, other, witness, relation)
                    continue
                if relation.is_loose and comparison.shares_list(one, other):
                    self._ask(one, other, f"{witness}_disagrees", _LIKELY)
                    continue
                ties.append((one, other))
                if relation.is_slip:
                    slips.append(self._slipped(comparison, one, other))
            for label in self._tie_pairs(ties, rung, slips).tolist():
                for one, other in ties:
                    if label in (one, other):
                        self._ask(one, other, f"{witness}_disagrees", _LIKELY)

    def _repaired(self) -> Ints:
        """Identities, with those out of codes that only pass their check without a slip, where somebody has them."""
        repaired = self.evidence.rows["repaired"]
        if not (repaired != "").any():
            return np.full(len(self.evidence), NOBODY)
        codes = self.evidence.rows["code"].str.slice(8, 9)
        known = pl.DataFrame({"code": codes, "identity": self.evidence.identity}).filter(pl.col("code") != "")
        found = pl.DataFrame({"code": repaired.str.slice(8, 9)}).join(
            known.unique("code"), on="code", how="left", maintain_order="left"
        )
        mended = found["identity"].fill_null(NOBODY).to_numpy()
        return np.where(mended != NOBODY, mended, self.evidence.identity)

    def _slipped(self, comparison: Comparison, one: int, other: int) -> int:
        """Whose name is the miswritten one: of the fewer rows, then the one without a code, then the later."""
        facts, code_of = comparison.facts, self.clusters.code_of
        return min((one, other), key=lambda label: (facts[label].size, code_of[label] != NOBODY, -label))

    def _tie_pairs(self, ties: list[tuple[int, int]], rung: int, slips: list[int]) -> Ints:
        columns = np.array(ties, dtype=np.int64).reshape(-1, 2)
        return self.clusters.tie(columns[:, 0], columns[:, 1], rung, slips=np.array(slips, dtype=np.int64))

    def _by_likeness(self) -> None:
        """Names that differ little and no identifier: what was measured to be sure ties, the rest is asked of."""
        evidence, clusters = self.evidence, self.clusters
        cores = pairs_by(
            np.where(evidence.core != NOBODY, (evidence.place + 1) * _WIDE + evidence.core, NOBODY),
            clusters.label, self.gives & self._free,
        )  # fmt: skip
        pairs = without_two_codes(ordered(pl.concat([cores, self._pairs_nearby()])), clusters)
        comparison = Comparison(evidence, clusters, [pairs])
        damaged, slips, sure = [], [], defaultdict(list)
        for one, other in pairs.iter_rows():
            if one not in comparison.facts or other not in comparison.facts or comparison.contradicts(one, other):
                continue
            relation, county = comparison.relation(one, other), comparison.county(one, other)
            if relation is Relation.FORM_DAMAGED:
                damaged.append((one, other))
                slips.append(self._slipped(comparison, one, other))
            elif county != "elsewhere" and not (relation.is_slip and comparison.size(one, other) > 1):
                figure = rungs.figures().get((county, relation))
                if figure and figure.may_tie and figure.precision >= self.line and comparison.is_stray(one, other):
                    sure[figure.rung].append((one, other))
                self._ask_measured(one, other, county, relation)
        self._tie_pairs(damaged, rungs.FORM, slips)
        for rung, ties in sorted(sure.items()):
            self._tie_pairs([(clusters.label[one], clusters.label[other]) for one, other in ties], rungs.number(rung), [])
        self._settle_questions()

    def _pairs_nearby(self) -> Pairs:
        """Pairs of clusters with names a slip apart, of which one is a single row's or so."""
        evidence, label = self.evidence, self.clusters.label
        among = self.gives & self._free & (evidence.name != NOBODY)
        bearers = pl.DataFrame(
            {"name": evidence.name[among], "label": label[among], "place": evidence.place[among]}
        ).unique()
        sizes = np.bincount(label[among], minlength=len(label))
        uncoded = bearers.filter(
            pl.Series((self.clusters.code_of[bearers["label"].to_numpy()] == NOBODY) | (sizes[bearers["label"].to_numpy()] == 1))
        )
        suspects = np.zeros(evidence.names.height, dtype=np.bool_)
        suspects[uncoded["name"].to_numpy()] = True
        found = names_nearby(evidence, suspects)
        joined = (
            found.join(bearers, left_on="one", right_on="name")
            .join(bearers, left_on="other", right_on="name", suffix="_other")
            .filter(pl.col("place") == pl.col("place_other"))
        )
        return ordered(joined.select(one=pl.col("label"), other=pl.col("label_other")))

    def _hold_incomplete(self) -> None:
        """A name that is not in full founds nobody: its rows wait for a person, who sees whom it may be."""
        label, whole = self.clusters.label, self.evidence.whole
        rows = np.flatnonzero(self.gives & ~whole & self._free)
        fragments = set(label[rows].tolist()) - set(label[whole & np.isin(label, label[rows])].tolist())
        if not fragments:
            return
        perhaps = defaultdict(list)
        for question in self.decided.questions:
            for own, another in ((question.one, question.other), (question.other, question.one)):
                if own in fragments and another not in fragments:
                    perhaps[own].append(another)
        for row in rows.tolist():
            if label[row] in fragments:
                self._wait([row], "name_incomplete", perhaps[label[row]])
        self.decided.questions = [
            question for question in self.decided.questions if not {question.one, question.other} & fragments
        ]

    def _hold_contested(self) -> None:
        """A single row whose code is another's, under a name that has nothing in common with theirs, waits."""
        clusters, identity = self.clusters, self.clusters.code
        sizes = np.bincount(clusters.label, minlength=len(clusters.label))
        kept = []
        for question in self.decided.questions:
            rows = (question.one, question.other)
            single = [row for row in rows if sizes[row] == 1 and identity[row] != NOBODY]
            contested = question.cause == rungs.CONTESTED and bool(single)
            if not contested or not set(single) - self.words.alone:
                kept.append(question)
                continue
            waits = max(single)  # of two single rows, the later
            self._wait([waits], "identifier_with_other_name", [row for row in rows if row != waits])
        gone = self.decided.waiting.keys()
        self.decided.questions = [question for question in kept if not {question.one, question.other} & gone]

    def _ask_measured(self, one: int, other: int, witness: str, relation: Relation) -> None:
        figure = rungs.figures().get((witness, relation))
        if figure and figure.precision >= rungs.ASKING:
            self._ask(one, other, figure.rung, figure.precision)

    def _ask(self, one: int, other: int, cause: str, score: float) -> None:
        key = (min(one, other), max(one, other))
        if key not in self._asked or self._asked[key][1] < score:
            self._asked[key] = (cause, score)

    def _settle_questions(self) -> None:
        """What is still to be asked, now that all is tied: each pair of clusters once, for its likeliest reason."""
        clusters, best = self.clusters, {}
        parted = {tuple(sorted(pair)) for pair in clusters.label[clusters.parted].tolist()}
        for (one, other), (cause, score) in self._asked.items():
            pair = tuple(sorted((int(clusters.label[one]), int(clusters.label[other]))))
            here, there = clusters.code_of[list(pair)]
            told = pair in parted and not cause.endswith("_disagrees")
            if pair[0] == pair[1] or told or (here != there and NOBODY not in (here, there)):
                continue
            if pair not in best or best[pair][1] < score:
                best[pair] = (cause, score)
        self.decided.questions = [Question(*pair, *reason) for pair, reason in sorted(best.items())]


def _groups(key: Ints, among: Flags) -> Iterable[Ints]:
    """The rows of each key, in their order."""
    rows = np.flatnonzero(among)
    order = rows[np.argsort(key[rows], kind="stable")]
    return np.split(order, np.flatnonzero(np.diff(key[order])) + 1) if len(order) else []


def _several(key: Ints, value: Ints, among: Flags) -> Flags:
    """Rows whose key goes with more than one value, among those."""
    table = pl.DataFrame({"key": key[among], "value": value[among]}).unique()
    many = table.filter(pl.col("key").is_duplicated())["key"].unique().to_numpy()
    return np.isin(key, many) if len(many) else np.zeros(len(key), dtype=np.bool_)
