"""Rows that are tied to one another, step by step (pure). Law: what is made one depends on the whole step, never on
its order.

A step offers ties between clusters. All that hang together become one, unless that would bring two credit codes under
one roof, or two rows that a person or their numbers part: then nothing of what hangs together is tied by this step, and
it is told.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
NOBODY = -1


def components(count: int, one: Ints, other: Ints) -> Ints:
    """For each of `count` nodes the least node that it hangs together with, by the ties one–other."""
    root = np.arange(count, dtype=np.int64)
    while len(one):
        here, there = root[one], root[other]
        apart = here != there
        if not apart.any():
            break
        one, other, here, there = one[apart], other[apart], here[apart], there[apart]
        np.minimum.at(root, np.maximum(here, there), np.minimum(here, there))
        while True:
            deeper = root[root]
            if np.array_equal(deeper, root):
                break
            root = deeper
    return root


@dataclass
class Clusters:
    """The clusters of `len(code)` rows that come in a fixed order; a cluster is named by its first row.

    `code` is each row's identity, or `NOBODY`; `parted` holds pairs of rows that a person said are of two enterprises,
    `clashing` pairs of rows of one name whose numbers say so, from the rungs of names on.
    `rung` says by which step each row came to its cluster (0 for the row that began it), and `beside` the row that it
    was compared with; a row whose name is only a slip of its cluster's is `slipped`.
    """

    code: Ints
    parted: Ints
    clashing: Ints = field(init=False)
    label: Ints = field(init=False)
    rung: npt.NDArray[np.int16] = field(init=False)
    beside: Ints = field(init=False)
    slipped: Flags = field(init=False)
    code_of: Ints = field(init=False)  # by label

    def __post_init__(self) -> None:
        count = len(self.code)
        self.clashing = np.empty((0, 2), dtype=np.int64)
        self.label = np.arange(count, dtype=np.int64)
        self.rung = np.zeros(count, dtype=np.int16)
        self.beside = np.full(count, NOBODY, dtype=np.int64)
        self.slipped = np.zeros(count, dtype=np.bool_)
        self.code_of = self.code.copy()

    def sizes(self) -> Ints:
        """How many rows each cluster has, by label."""
        return np.bincount(self.label, minlength=len(self.label))

    def tie(self, one: Ints, other: Ints, rung: int, *, slips: Ints | None = None) -> Ints:
        """Tie clusters by their labels; returns the labels of those that could not be, for what hangs together with
        them.

        `slips` are labels whose names are miswritten: where such a cluster is tied to another, its rows are marked.
        """
        differ = one != other
        one, other = one[differ], other[differ]
        touched, places = np.unique(np.concatenate((one, other)), return_inverse=True)
        root = components(len(touched), places[: len(one)], places[len(one) :])
        blocked = self._blocked(touched, root)
        root[blocked] = np.arange(len(touched))[blocked]
        gone = root != np.arange(len(touched))
        self._absorb(touched, root, gone, rung, slips)
        return touched[blocked]

    def _blocked(self, touched: Ints, root: Ints) -> Flags:
        """Which of the touched clusters hang together with two codes, or with rows that are parted."""
        codes = self.code_of[touched]
        coded = codes != NOBODY
        least = np.full(len(touched), np.iinfo(np.int64).max)
        most = np.full(len(touched), np.iinfo(np.int64).min)
        np.minimum.at(least, root[coded], codes[coded])
        np.maximum.at(most, root[coded], codes[coded])
        bad = least < most
        if len(self.parted) or len(self.clashing):
            sides = self.label[np.concatenate((self.parted, self.clashing))]
            at = np.searchsorted(touched, sides).clip(max=max(len(touched) - 1, 0))
            known = (touched[at] == sides).all(axis=1) if len(touched) else np.zeros(len(sides), dtype=np.bool_)
            roots = root[at[known]]
            bad[roots[roots[:, 0] == roots[:, 1], 0]] = True
        found: Flags = bad[root]
        return found

    def _absorb(self, touched: Ints, root: Ints, gone: Flags, rung: int, slips: Ints | None) -> None:
        if not gone.any():
            return
        target = np.arange(len(self.label), dtype=np.int64)
        target[touched[gone]] = touched[root[gone]]
        codes = self.code_of[touched]
        coded = codes != NOBODY
        self.code_of[touched[root[coded]]] = codes[coded]
        if slips is not None and len(slips):
            tied = touched[gone | np.isin(np.arange(len(touched)), root[gone])]
            self.slipped |= np.isin(self.label, np.intersect1d(slips, tied))
        first, into = touched[gone], touched[root[gone]]
        self.rung[first] = rung  # each was the first of its cluster, and so had none
        self.beside[first] = into
        self.label = target[self.label]

    def first_of(self, key: Ints, among: Flags) -> tuple[Ints, Ints]:
        """Ties between the clusters of rows that share a key: each row's cluster with the first row's of that key."""
        rows = np.flatnonzero(among)
        order = rows[np.argsort(key[rows], kind="stable")]
        keys = key[order]
        begins = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))) if len(keys) else keys
        first = np.repeat(order[begins], np.diff(np.concatenate((begins, [len(keys)])))) if len(keys) else order
        return self.label[order], self.label[first]
