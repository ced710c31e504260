"""Rows that found nobody by themselves (pure). Law: what is not in full, or has another's code, waits for a person."""

from collections import defaultdict

import numpy as np

from enterprises.matching import rungs
from enterprises.matching.climbing import Climb
from enterprises.matching.clusters import NOBODY
from enterprises.matching.said import Question


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
    """A single row whose code is another's, under a name that has nothing in common with theirs, waits."""
    sizes, identity = climb.sizes(), climb.clusters.code
    waiting: dict[int, set[int]] = defaultdict(set)
    for question in climb.decided.questions:
        single = [
            row for row in (question.one, question.other)
            if sizes[row] == 1 and identity[row] != NOBODY and row not in climb.words.alone
        ]  # fmt: skip
        if question.cause == rungs.CONTESTED and single:
            waits = max(single)  # of two single rows, the later
            waiting[waits].add(_other(question, waits))
    for row, others in waiting.items():
        climb.wait([row], "identifier_with_other_name", sorted(others - waiting.keys()))  # who waits too, is nobody yet
    _drop(climb, set(waiting))


def _other(question: Question, own: int) -> int:
    return question.other if question.one == own else question.one


def _drop(climb: Climb, gone: set[int]) -> None:
    """Nothing is asked of clusters that wait as a whole."""
    climb.decided.questions = [one for one in climb.decided.questions if not {one.one, one.other} & gone]
