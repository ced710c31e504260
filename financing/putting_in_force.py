"""A feedback counts from now on, in place of the institution's one before; and the mistakes that it found wait.

Law: called within a transaction that holds the institution's row, so that one is in force at a time, and a file that
was sent earlier never takes the place of a later one.
"""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.utils.translation import gettext as _

from financing.errors import Overtaken
from financing.models import Feedback, FeedbackLine, FeedbackState
from pushes.models import Institution

# A mistake waits once: not anew while it is open, nor within the quarter in which it was answered.
_MISTAKES = """
    INSERT INTO financing_listmistake
        (feedback_id, row_number, enterprise_id, kind, says, outcome, words, reported_at)
    SELECT l.feedback_id, l.row_number, l.enterprise_id, l.mistake, l.mistake_says, 'open', '', %(now)s
    FROM financing_feedbackline l
    WHERE l.feedback_id = %(feedback)s AND l.mistake <> '' AND NOT EXISTS (
        SELECT FROM financing_listmistake m JOIN financing_feedback f ON f.id = m.feedback_id
        WHERE m.enterprise_id = l.enterprise_id AND m.kind = l.mistake AND f.institution_id = %(institution)s
          AND (m.outcome = 'open' OR f.quarter = %(quarter)s)
    )
    ORDER BY l.row_number
"""


def hold_institution(pk: int) -> None:
    """Wait for the institution's row and hold it until the surrounding transaction ends."""
    Institution.objects.select_for_update(no_key=True).get(pk=pk)


def put_in_force(feedback: Feedback, *, now: datetime) -> None:
    """The feedback, which is saved here, replaces the one before as a whole. Raises `Overtaken`."""
    of_quarter = Feedback.objects.filter(institution=feedback.institution_id, quarter=feedback.quarter)
    before = of_quarter.filter(state=FeedbackState.IN_FORCE).first()
    if before:
        if before.received_at > feedback.received_at:
            raise Overtaken
        assert before.in_force_at is not None  # noqa: S101 - a constraint holds it
        now = max(now, before.in_force_at)  # whoever had to wait for the row began before that one ended
        Feedback.objects.filter(pk=before.pk).update(state=FeedbackState.REPLACED, replaced_at=now)
    feedback.state, feedback.in_force_at, feedback.leased_until = FeedbackState.IN_FORCE, now, None
    feedback.save()
    facts: dict[str, Any] = {
        "feedback": feedback.pk, "institution": feedback.institution_id, "quarter": feedback.quarter, "now": now,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_MISTAKES, facts)


def end_faulty(feedback: Feedback, *, by: User | None, now: datetime, message: str = "") -> None:
    """A faulty feedback will never count; its lines go, and with its key whatever is left of its files."""
    FeedbackLine.objects.filter(feedback=feedback.pk).delete()
    feedback.state, feedback.dropped_at, feedback.decided_by = FeedbackState.DROPPED, now, by
    feedback.key, feedback.lines, feedback.sums, feedback.message = "", 0, {}, message
    feedback.save()


def end_earlier_faulty(feedback: Feedback, *, now: datetime) -> list[str]:
    """End the faulty ones of the quarter that were sent before; the names of their files, to be discarded."""
    earlier = Feedback.objects.filter(
        institution=feedback.institution_id, quarter=feedback.quarter, state=FeedbackState.FAULTY,
        received_at__lte=feedback.received_at,
    ).exclude(pk=feedback.pk)  # fmt: skip
    left = []
    for one in earlier.select_for_update(of=("self",)):
        end_faulty(one, by=None, now=now, message=_("A file that was sent later took its place."))
        left += one.faults_stored()
    return left
