"""Rows that found nobody by themselves (pure). Law: what is not in full, or has another's code, waits for a person."""

from collections import defaultdict

import numpy as np

from enterprises.matching import rungs
from enterprises.matching.climbing import Climb
from enterprises.matching.clusters import NOBODY


def hold_incomplete(climb: Climb) -> None:
    """A name that is not in full founds nobody: its rows wait, and a person sees whom it may be."""
    label, whole = climb.clusters.label, climb.evidence.whole
    rows = np.flatnonzero(climb.open & ~whole)
    fragments = set(label[rows].tolist()) - set(label[whole & np.isin(label, label[rows])].tolist())
    if not fragments:
        return
    perhaps = defaultdict(list)
    for question in climb.decided.questions:
        for own, another in ((question.one, question.other), (question.other, question.one)):
            if own in fragments and another not in fragments:
                perhaps[own].append(another)
    for row in rows.tolist():
        if label[row] in fragments:
            climb.wait([row], "name_incomplete", perhaps[label[row]])
    _drop(climb, fragments)


def hold_contested(climb: Climb) -> None:
    """A single row whose code is another's, under a name that has nothing in common with theirs, waits.

    It is theirs if more rows state it for them; where as many do, if the first of all that state it does.
    """
    sizes, label = climb.sizes(), climb.clusters.label
    stating = np.flatnonzero(climb.open & (climb.clusters.code != NOBODY))
    counts = np.bincount(label[stating], minlength=len(sizes))
    first = np.full(len(sizes), len(sizes))
    np.minimum.at(first, label[stating], stating)
    waiting: dict[int, set[int]] = defaultdict(set)
    for question in climb.decided.questions:
        if question.cause != rungs.CONTESTED:
            continue
        other, owner = sorted((question.one, question.other), key=lambda one: (counts[one], -first[one]))
        if sizes[other] == 1 and counts[other] and other not in climb.words.alone:
            waiting[other].add(owner)
    for row, others in waiting.items():
        climb.wait([row], "identifier_with_other_name", sorted(others - waiting.keys()))  # who waits too, is nobody yet
    _drop(climb, set(waiting))


def _drop(climb: Climb, gone: set[int]) -> None:
    """Nothing is asked of clusters that wait as a whole."""
    climb.decided.questions = [one for one in climb.decided.questions if not {one.one, one.other} & gone]
