"""What the rooms tell of a feedback (reads only): what it comes to in words, beside the quarter before."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.calendar import finished_quarter, last_day
from financing import faults_shown
from financing.access import OwnFeedback
from financing.models import Answer, Feedback, FeedbackState
from pushes.errors import EnclosedFileUnreadable, SecretUnreadable

WORKING = (FeedbackState.WAITING, FeedbackState.READING)
_AMOUNTS = {
    "credit": gettext_lazy("Credit lines (10,000 yuan)"),
    "lent": gettext_lazy("Lent (10,000 yuan)"),
    "balance": gettext_lazy("Balance (10,000 yuan)"),
}
_REMARKS = {
    "large_amount": gettext_lazy("%(count)s amounts are very high; see that they are in 10,000 yuan. Rows %(rows)s."),
    "former_name": gettext_lazy("%(count)s enterprises were found by a former name. Rows %(rows)s."),
    "other_name": gettext_lazy("%(count)s enterprises were found by another name that was published. Rows %(rows)s."),
}


class Sums(NamedTuple):
    """A feedback with what it comes to."""

    feedback: Feedback
    contacted: int
    credit: str
    lent: str
    balance: str


def in_force(own: OwnFeedback) -> list[Sums]:
    """What counts, quarter by quarter."""
    return [
        Sums(one, one.sums.get("contacted", 0), *(amount(one.sums.get(name)) for name in _AMOUNTS))
        for one in own.in_force()
    ]


def before_and_after(own: OwnFeedback, feedback: Feedback) -> dict[str, Any]:
    """Whose place it took, and what took its own: both at one moment."""
    others = own.all().filter(quarter=feedback.quarter).exclude(pk=feedback.pk)
    took, lost = feedback.in_force_at, feedback.replaced_at
    return {
        "replaced": others.filter(replaced_at=took).first() if took else None,
        "replaced_by": others.filter(in_force_at=lost).first() if lost else None,
    }


def understood(own: OwnFeedback, feedback: Feedback) -> dict[str, Any]:
    """What its sound lines come to, beside what is in force for the quarter before."""
    if not feedback.sums:
        return {}
    before = own.in_force().filter(quarter=finished_quarter(last_day(feedback.quarter))).first()
    then = dict(_figures(before)) if before else {}
    return {
        "before": before,
        "understood": [(name, told, then.get(name, "—")) for name, told in _figures(feedback)],
        "left": feedback.sums.get("left", []),
        "remarks": list(_remarks(feedback.sums.get("remarks", {}))),
    }


def wrong(feedback: Feedback) -> dict[str, Any]:
    """Its faults, as far as a page shows them."""
    if not feedback.faulty or not feedback.key:
        return {}
    try:
        shown = faults_shown.of(feedback)
    except (EnclosedFileUnreadable, SecretUnreadable) as error:
        return {"faults_lost": str(error)}
    rows = len({one.row for one in shown})
    return {"faults": shown, "has_sheet": True, "more_faults": feedback.faulty > rows, "rows_shown": rows}


def amount(text: str | None) -> str:
    """An amount for people, as exact as it is."""
    if not text:
        return "—"
    whole, _point, places = f"{Decimal(text):,f}".partition(".")
    return f"{whole}.{places.rstrip('0').ljust(2, '0')}"


def _figures(feedback: Feedback) -> Iterator[tuple[str, str]]:
    sums, answers = feedback.sums, feedback.sums.get("answers", {})
    yield _("Lines that say something"), str(feedback.lines)
    yield _("Contacted"), str(sums.get("contacted", 0))
    for answer in Answer:
        yield _("Result: %(answer)s") % {"answer": answer.label}, str(answers.get(answer.value, 0))
    for name, words in _AMOUNTS.items():
        yield str(words), amount(sums.get(name))
    yield _("Mistakes of the list"), str(sums.get("mistakes", 0))
    yield _("Rows that say nothing, passed over"), str(sums.get("silent", 0))


def _remarks(told: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name, words in _REMARKS.items():
        if found := told.get(name):
            rows = "、".join(str(row) for row in found["rows"])
            yield str(words) % {
                "count": found["count"],
                "rows": rows if found["count"] == len(found["rows"]) else f"{rows}…",
            }
