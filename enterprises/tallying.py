"""What each rung of the ladder accounts for at this moment. Law: reads only, in two queries however many rungs."""

import math
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Count, QuerySet

from enterprises.matching.rungs import ASKING, NAMES, Figure, figures
from enterprises.models import MatchDecision, ReviewItem
from enterprises.wording import REVIEW_CAUSES, RULES

_NO_RUNGS = ("new", "person")  # by these a decision is made, but nothing is measured
_PARTS = 10_000  # of a share that are shown: 99.99 %


class Rung(NamedTuple):
    """A rung, or another cause of questions, as staff see it.

    `figure` is None for rungs of equal names and identifiers, which tie as they are, and for what is no rung.
    """

    name: str
    words: str
    figure: Figure | None
    ties: bool
    asks: bool
    decisions: int
    questions: int

    @property
    def precision(self) -> str:
        return share(self.figure.precision) if self.figure else ""


class Tally(NamedTuple):
    """The rungs, the sure ones first; then whatever else accounts for decisions and questions. Both add up to all."""

    rungs: list[Rung]
    others: list[Rung]

    @property
    def decisions(self) -> int:
        return sum(one.decisions for one in (*self.rungs, *self.others))

    @property
    def questions(self) -> int:
        return sum(one.questions for one in (*self.rungs, *self.others))


def tally() -> Tally:
    decisions = _counted(MatchDecision.objects.filter(superseded_at=None).order_by().values_list("rule"))
    questions = _counted(ReviewItem.objects.filter(closed_at=None).order_by().values_list("cause"))
    measured = {figure.rung: figure for figure in figures().values()}
    names = (*NAMES, *sorted(measured, key=lambda name: -measured[name].precision))
    rungs = []
    for name in names:
        figure = measured.get(name)
        ties = figure.ties(settings.MATCH_LINE) if figure else name not in _NO_RUNGS
        asks = figure is not None and not ties and figure.precision >= ASKING
        counts = decisions.get(name, 0), questions.get(name, 0)
        rungs.append(Rung(name, str(RULES[name]), figure, ties, asks, *counts))
    others = []
    for name in sorted((decisions.keys() | questions.keys()) - set(names), key=lambda one: -questions.get(one, 0)):
        words = str(REVIEW_CAUSES.get(name) or RULES.get(name) or name)
        counts = decisions.get(name, 0), questions.get(name, 0)
        others.append(Rung(name, words, None, False, name in questions, *counts))
    return Tally(rungs, others)


def share(of: float) -> str:
    """A share in hundredths, never rounded up: 100 % are all."""
    return f"{math.floor(of * _PARTS + 1e-9) * 100 / _PARTS:.2f} %"


def _counted(rows: QuerySet[Any, Any]) -> dict[str, int]:
    return dict(rows.annotate(Count("pk")))
