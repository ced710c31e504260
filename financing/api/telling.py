"""A feedback, and a reported mistake, in the shapes of the interface."""

import logging
from typing import Any

from financing import faults_shown
from financing.api import shapes
from financing.models import Feedback, FeedbackState, ListMistake, MistakeOutcome
from pushes.errors import EnclosedFileUnreadable, SecretUnreadable

logger = logging.getLogger(__name__)


def feedback(one: Feedback) -> shapes.Feedback:
    return shapes.Feedback(**_facts(one))


def feedback_told(one: Feedback) -> shapes.FeedbackTold:
    """With its faults, as far as a page shows them."""
    return shapes.FeedbackTold(**_facts(one), faults=_faults(one))


def mistake(one: ListMistake) -> shapes.ReportedMistake:
    return shapes.ReportedMistake(
        feedback=one.feedback_id,
        edition=one.feedback.delivery.edition.label,
        row=one.row_number,
        enterprise=one.enterprise.public_id,
        kind=one.kind,  # type: ignore[arg-type]
        says=one.says,
        reported_at=one.reported_at,
        outcome=one.outcome,  # type: ignore[arg-type]
        words=one.words if one.outcome != MistakeOutcome.OPEN else None,
        settled_at=one.settled_at,
    )


def _facts(one: Feedback) -> dict[str, Any]:
    return {
        "id": one.pk,
        "quarter": one.quarter,
        "edition": one.delivery.edition.label,
        "way": one.way,
        "key": one.access_key or None,
        "state": one.state,
        "message": one.message or None if one.state in (FeedbackState.UNREADABLE, FeedbackState.DROPPED) else None,
        "leave_out": one.leave_out,
        "lines": one.lines,
        "faulty": one.faulty,
        "sums": _sums(one) if one.sums else None,
        "received_at": one.received_at,
        "in_force_at": one.in_force_at,
        "replaced_at": one.replaced_at,
    }


def _sums(one: Feedback) -> shapes.FeedbackSums:
    return shapes.FeedbackSums(
        contacted=one.sums["contacted"], credit_line=one.sums["credit"], lent=one.sums["lent"],
        balance=one.sums["balance"], mistakes=one.sums["mistakes"], silent=one.sums["silent"],
    )  # fmt: skip


def _faults(one: Feedback) -> list[shapes.FeedbackFault] | None:
    """None where they are kept no more; or cannot be read, which is no reason to hide the state."""
    if one.faulty and not one.key:
        return None
    try:
        shown = faults_shown.of(one)
    except (EnclosedFileUnreadable, SecretUnreadable):
        logger.error("the faults of feedback %s cannot be told", one.pk)
        return None
    return [shapes.FeedbackFault(row=fault.row, column=fault.column, detail=fault.words) for fault in shown]
