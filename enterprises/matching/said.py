"""What goes up the ladder beside the rows, and what comes down (pure)."""

from dataclasses import dataclass, field
from functools import cached_property

from enterprises.matching.clusters import Clusters


@dataclass(frozen=True)
class Words:
    """What people said, by row: pairs that are of one enterprise or of two, and rows that found one of their own."""

    same: tuple[tuple[int, int], ...] = ()
    different: tuple[tuple[int, int], ...] = ()
    alone: frozenset[int] = frozenset()

    @cached_property
    def tied(self) -> frozenset[int]:
        """The rows of which a person said whose they are."""
        return frozenset(row for pair in self.same for row in pair)


@dataclass(frozen=True)
class Question:
    """Whether the clusters are one: the lesser one is asked about. `cause` names the rung, `score` how likely it is."""

    one: int
    other: int
    cause: str
    score: float


@dataclass
class Decided:
    """Who is who. `waiting` rows belong to nobody yet: row → cause and the clusters that it may be of."""

    clusters: Clusters
    waiting: dict[int, tuple[str, tuple[int, ...]]] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
