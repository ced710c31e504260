"""What follows a quarter's edition: institutions that have not reported on it are reminded, once a week.

Law: nobody is reminded once something is in force; a week's letter is written once, however often it is swept.
"""

from datetime import datetime, timedelta

from django.utils.timezone import localdate

from financing import wording
from financing.asking import Owing, owed, until
from financing.models import Feedback, FeedbackState
from pushes import telling
from pushes.models import LetterKind

_WEEK = timedelta(days=7)


def remind(*, now: datetime) -> int:
    """Write the letters that are owed by now, unless they were; returns how many institutions owe."""
    owing = list(owed(localdate(now)))
    for one in owing:
        quarter = one.edition.quarter
        week = (localdate(now) - until(quarter)) // _WEEK
        telling.tell(
            about=f"{LetterKind.FEEDBACK}/{quarter}/{one.institution.code}/{week}",
            kind=LetterKind.FEEDBACK,
            words=wording.reminder(one.edition, has_faulty=_has_faulty(one)),
            institution=one.institution,
            now=now,
        )
    return len(owing)


def _has_faulty(one: Owing) -> bool:
    mine = Feedback.objects.filter(institution=one.institution, quarter=one.edition.quarter)
    return mine.filter(state=FeedbackState.FAULTY).exists()
