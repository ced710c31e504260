"""What is kept of feedback beside its lines ends: sheets of faults, faulty files that nobody decided on, remnants."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from financing.models import Feedback, FeedbackState
from financing.putting_in_force import end_faulty, hold_institution
from pushes import enclosed_files

_STRAY_AFTER = timedelta(hours=1)  # a file of no feedback's that is older is a remnant
_FOLDER = "feedback"
_UNREAD = (FeedbackState.WAITING, FeedbackState.READING)


def sweep(*, now: datetime) -> int:
    """End what its days are over; returns how many feedbacks that concerned."""
    since = now - timedelta(days=settings.FEEDBACK_FAULTS_KEPT_DAYS)
    over = list(Feedback.objects.filter(read_at__lte=since).exclude(key="").exclude(state__in=_UNREAD))
    for feedback in over:
        _end(feedback, now)
        enclosed_files.discard(feedback.faults_stored())
    kept = {pk.hex for pk in Feedback.objects.exclude(key="").values_list("pk", flat=True)}
    enclosed_files.discard(enclosed_files.strays(_FOLDER, kept, before=now - _STRAY_AFTER))
    return len(over)


def _end(feedback: Feedback, now: datetime) -> None:
    """The sheet's key goes; a faulty one without its sheet is for nobody to decide on any more."""
    with transaction.atomic():
        hold_institution(feedback.institution_id)
        held = Feedback.objects.select_for_update(of=("self",)).get(pk=feedback.pk)
        if held.state == FeedbackState.FAULTY:
            told = _("Nobody decided on it within %(days)s days.") % {"days": settings.FEEDBACK_FAULTS_KEPT_DAYS}
            end_faulty(held, by=None, now=now, message=told)
        else:
            Feedback.objects.filter(pk=held.pk).update(key="")
