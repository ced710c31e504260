"""The rungs of the evidence ladder: what may tie by itself (pure). Law: only what is measured, and at or above the
line.

A rung is a witness and a relation of the names. `data/figures.csv` holds for each how often it was right among cities
of known truth (`make bench-matching`), and whether it may tie at all: likeness that no identifier and no place bears
out only asks, however well it was measured, because real registers hold such pairs.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from enterprises.matching.comparing import Relation

LINE = 0.9999  # the precision from which a rung may tie by itself
ASKING = 0.45  # the likelihood from which a person is asked

# Rungs of equal names, and of published changes of them, in the order in which they are climbed; the first is a row
# that began its enterprise. What they are called is kept in decisions.
NEW, PERSON, CODE, NUMBER, REGISTRATION, NAME_HERE, NAME, RENAME, FORMER, CODE_LIKE, NUMBER_LIKE, REPAIRED, FORM = (
    range(13)
)
NAMES = (
    "new", "person", "code", "number", "registration", "name_here", "name", "rename", "former", "code_like",
    "number_like", "code_repaired", "form_damaged",
)  # fmt: skip


DISAGREES = "_disagrees"  # how the cause ends where an identifier ties, and something else speaks against it
CLASHING = "same_name_other_number"  # one name, numbers of one programme too near in time
FORMERLY = "former_name_of_another"  # one's name, another's former name
CONTESTED = "other_code"  # one code under two names that have nothing in common


@dataclass(frozen=True)
class Figure:
    """How often a rung was right among `pairs` of clusters that it was asked of."""

    witness: str
    relation: Relation
    may_tie: bool
    pairs: int
    true: int

    @property
    def precision(self) -> float:
        return self.true / self.pairs if self.pairs else 0.0

    def ties(self, line: float) -> bool:
        """Whether it may tie by itself at this line."""
        return self.may_tie and self.precision >= line

    @property
    def rung(self) -> str:
        """The name by which decisions and questions call it."""
        return f"{self.relation}_{self.witness}"


@lru_cache(maxsize=1)
def figures() -> dict[tuple[str, str], Figure]:
    """Witness and relation → how the rung was measured."""
    path = Path(__file__).parent / "data" / "figures.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [
            Figure(
                row["witness"], Relation(row["relation"]), row["may_tie"] == "yes", int(row["pairs"]), int(row["true"])
            )
            for row in csv.DictReader(stream)
        ]
    return {(row.witness, row.relation): row for row in rows}


@lru_cache(maxsize=1)
def _all() -> tuple[str, ...]:
    return (*NAMES, *sorted(figure.rung for figure in figures().values()))


def number(rung: str) -> int:
    """The number by which clusters keep a rung."""
    return _all().index(rung)


def name(rung: int) -> str:
    """The rung of that number."""
    return _all()[rung]
