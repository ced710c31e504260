"""Whose a row is that takes something away (pure). Law: only exact agreement; all else waits for a person.

To take a revocation for a new enterprise would leave the revoked one standing, and to bring it to a wrong one would
strike that.
"""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from enterprises.matching import rungs
from enterprises.matching.clusters import NOBODY, Ints
from enterprises.matching.said import Decided, Words
from enterprises.matching.stated import Evidence


def take(evidence: Evidence, words: Words, decided: Decided) -> None:
    """Bring each such row to a cluster of those that give, or let it wait."""
    rows = np.flatnonzero(evidence.takes_away)
    if len(rows):
        _Taking(evidence, words, decided).take(rows)


class _Taking:
    def __init__(self, evidence: Evidence, words: Words, decided: Decided) -> None:
        self.evidence, self.words, self.decided = evidence, words, decided
        self.clusters = decided.clusters
        self.said = defaultdict(set)
        for one, other in words.same:
            self.said[one].add(other)
            self.said[other].add(one)

    def take(self, rows: Ints) -> None:
        evidence = self.evidence
        by_code = self._bearers(evidence.identity, rows)
        by_number = self._bearers(evidence.number, rows)
        named = self._bearers(evidence.spelling, rows)
        once_named = self._bearers(evidence.former_spelling, rows, asked=evidence.spelling)
        for row in rows.tolist():
            spelling = evidence.spelling[row]
            self._judge(
                row,
                by_code[evidence.identity[row]],
                by_number[evidence.number[row]],
                self._here(row, named[spelling]),
                self._here(row, once_named[spelling]),
            )

    def _bearers(self, key: Ints, rows: Ints, *, asked: Ints | None = None) -> dict[int, set[int]]:
        """Key → clusters with rows that give and bear it, for the keys that these rows ask of."""
        wanted = np.unique((key if asked is None else asked)[rows])
        gives = ~self.evidence.takes_away & np.isin(key, wanted[wanted != NOBODY])
        gives[list(self.decided.waiting)] = False
        found: dict[int, set[int]] = defaultdict(set)
        for value, label in zip(key[gives].tolist(), self.clusters.label[gives].tolist(), strict=True):
            found[value].add(label)
        return found

    def _here(self, row: int, labels: set[int]) -> set[int]:
        """Those of the row's city; a row that names none may be of any."""
        place = self.evidence.place
        if place[row] == NOBODY:
            return labels
        return {label for label in labels if place[label] in (place[row], NOBODY)}

    def _judge(self, row: int, by_code: set[int], by_number: set[int], named: set[int], once_named: set[int]) -> None:
        told = {int(self.clusters.label[other]) for other in self.said[row]}
        if told:
            self._tie(row, min(told), rungs.PERSON)
            return
        pointed = by_code | by_number
        if len(pointed) > 1:
            self._wait(row, "identifiers_disagree", pointed | named)
        elif pointed:
            (label,) = pointed
            code = self.evidence.identity[row]
            if (
                not by_code
                and NOBODY not in (code, self.clusters.code_of[label])
                and self.clusters.code_of[label] != code
            ):
                self._wait(row, "name_with_other_code", pointed | named)
            elif label in named | once_named:
                self._certain(row, label, rungs.CODE if by_code else rungs.NUMBER, by_number)
            else:
                self._wait(
                    row, "identifier_and_name_disagree" if named else "identifier_with_other_name", pointed | named
                )
        else:
            self._by_name(row, named, once_named, by_number)

    def _by_name(self, row: int, named: set[int], once_named: set[int], by_number: set[int]) -> None:
        code = self.evidence.identity[row]
        if len(named) > 1:
            self._wait(row, "several_of_that_name", named)
        elif named:
            (label,) = named
            if NOBODY not in (code, self.clusters.code_of[label]):
                self._wait(row, "name_with_other_code", named)
            else:
                self._certain(row, label, rungs.NAME, by_number)
        elif once_named:
            self._wait(row, "former_name_only", once_named)
        else:
            self._wait(row, "nobody_of_that_name", self._alike(row))

    def _alike(self, row: int) -> Iterable[int]:
        """Whose name has the same core in the same city."""
        evidence = self.evidence
        same = ~evidence.takes_away & (evidence.core == evidence.core[row]) & (evidence.place == evidence.place[row])
        return set(self.clusters.label[same].tolist()) if evidence.core[row] != NOBODY else ()

    def _certain(self, row: int, label: int, rung: int, by_number: set[int]) -> None:
        """A number that nobody is known by might be mistyped: a person says what the row ends."""
        if self.evidence.number[row] != NOBODY and not by_number:
            self._wait(row, "number_of_nobody", (label,))
        else:
            self._tie(row, label, rung)

    def _tie(self, row: int, label: int, rung: int) -> None:
        clusters = self.clusters
        clusters.label[row] = label
        clusters.rung[row], clusters.beside[row] = rung, label

    def _wait(self, row: int, cause: str, candidates: Iterable[int]) -> None:
        if row not in self.words.alone:
            self.decided.waiting[row] = (cause, tuple(sorted(candidates)))
