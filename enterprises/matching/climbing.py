"""What the rungs work on together (pure): the rows, their clusters, who waits, what is to be asked."""

from collections.abc import Iterable

import numpy as np
import polars as pl

from enterprises.matching import rungs
from enterprises.matching.clusters import NOBODY, Clusters, Flags, Ints
from enterprises.matching.comparing import Relation
from enterprises.matching.said import Decided, Question, Words
from enterprises.matching.stated import Evidence

WIDE = 1 << 31  # two numbers below it make one key


class Climb:
    """One set of rows on its way up. `line` is the precision from which a measured rung may tie.

    `freed` and `apart` are what lists say against changes of name (see `renaming`).
    """

    freed: pl.DataFrame
    apart: Ints

    def __init__(self, evidence: Evidence, words: Words, *, line: float) -> None:
        self.evidence, self.words, self.line = evidence, words, line
        self.gives = ~evidence.takes_away
        identity = np.where(self.gives, evidence.identity, NOBODY)
        self.clusters = Clusters(identity, np.array(words.different, dtype=np.int64).reshape(-1, 2))
        self.decided = Decided(self.clusters)
        self._asked: dict[tuple[int, int], tuple[str, float]] = {}

    @property
    def open(self) -> Flags:
        """Rows that give, and do not wait for a person."""
        rows = self.gives.copy()
        rows[list(self.decided.waiting)] = False
        return rows

    def sizes(self) -> Ints:
        """How many rows each cluster has, by label."""
        return self.clusters.sizes()

    def tie_pairs(self, ties: list[tuple[int, int]], rung: int, slips: Iterable[int] = ()) -> Ints:
        """Tie clusters by their labels as they were when they were paired; returns those that could not be."""
        columns = self.clusters.label[np.array(ties, dtype=np.int64).reshape(-1, 2)]
        miswritten = self.clusters.label[np.array(list(slips), dtype=np.int64)]
        return self.clusters.tie(columns[:, 0], columns[:, 1], rung, slips=miswritten)

    def wait(self, rows: Iterable[int], cause: str, candidates: Iterable[int]) -> None:
        """Let rows wait for a person, but for those of which one has said that they stand alone."""
        for row in set(map(int, rows)) - self.words.alone:
            self.decided.waiting[row] = (cause, tuple(sorted(candidates)))

    def ask(self, one: int, other: int, cause: str, score: float) -> None:
        """A person is to be asked whether the two are one, if no likelier reason is there to ask it."""
        key = (min(one, other), max(one, other))
        if key not in self._asked or self._asked[key][1] < score:
            self._asked[key] = (cause, score)

    def ask_measured(self, one: int, other: int, witness: str, relation: Relation) -> None:
        """The same, where the rung was measured to be right often enough."""
        figure = rungs.figures().get((witness, relation))
        if figure and figure.precision >= rungs.ASKING:
            self.ask(one, other, figure.rung, figure.precision)

    def settle_questions(self) -> None:
        """What is still to be asked, now that all is tied: each pair of clusters once, for its likeliest reason."""
        clusters = self.clusters
        best: dict[tuple[int, int], tuple[str, float]] = {}
        parted = {(min(pair), max(pair)) for pair in clusters.label[clusters.parted].tolist()}
        for (one, other), (cause, score) in self._asked.items():
            first, second = sorted((int(clusters.label[one]), int(clusters.label[other])))
            here, there = int(clusters.code_of[first]), int(clusters.code_of[second])
            # A person is asked again only by what they did not see: an identifier.
            told = (first, second) in parted and not cause.endswith(rungs.DISAGREES)
            if first == second or told or (here != there and NOBODY not in (here, there)):
                continue
            if (first, second) not in best or best[first, second][1] < score:
                best[first, second] = (cause, score)
        self.decided.questions = [
            Question(one, other, cause, score) for (one, other), (cause, score) in sorted(best.items())
        ]
