"""A mistake that an institution reported is answered by a person, those of the same enterprise with it.

Law: each is settled once, in words that the institution reads; a letter goes when all of a feedback's are answered.
"""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from financing import errors, wording
from financing.models import Feedback, ListMistake, MistakeOutcome
from pushes import telling
from pushes.models import LetterKind


def settle(
    *, mistake: ListMistake, outcome: str, words: str, by: User, now: datetime, along: Collection[ListMistake] = ()
) -> int:
    """Answer the mistake, and the open ones of `along` by the same word; returns how many were settled.

    Raises `WordsMissing`, `MistakeIsSettled`, `NotTheSameEnterprise`.
    """
    said = " ".join(words.split())
    if not said or outcome not in MistakeOutcome or outcome == MistakeOutcome.OPEN:
        raise errors.WordsMissing
    chosen = {mistake.pk, *(one.pk for one in along)}
    with transaction.atomic():
        # Of two who settle the last ones of a feedback at once the second sees what the first did.
        of_them = ListMistake.objects.filter(pk__in=chosen).values("feedback")
        feedbacks = list(Feedback.objects.select_for_update().filter(pk__in=of_them).order_by("pk"))
        open_ones = list(
            ListMistake.objects.select_for_update().filter(pk__in=chosen, outcome=MistakeOutcome.OPEN).order_by("pk")
        )
        if mistake.pk not in [one.pk for one in open_ones]:
            raise errors.MistakeIsSettled
        if any(one.enterprise_id != mistake.enterprise_id for one in open_ones):
            raise errors.NotTheSameEnterprise
        for one in open_ones:
            one.outcome, one.words, one.settled_at, one.settled_by = outcome, said, now, by
            one.save()
        for feedback in feedbacks:
            _tell(feedback, now)
    return len(open_ones)


def _tell(feedback: Feedback, now: datetime) -> None:
    """One letter for each feedback: once nothing of it is open."""
    if ListMistake.objects.filter(feedback=feedback, outcome=MistakeOutcome.OPEN).exists():
        return
    telling.tell(
        about=f"mistakes/{feedback.pk}",
        kind=LetterKind.REQUEST,
        words=wording.mistakes_answered(feedback),
        institution=feedback.institution,
        now=now,
    )
