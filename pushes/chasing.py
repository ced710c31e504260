"""Step 6 of the path, followed up: what was not taken, what was withdrawn, what is late.

Law: each is told once to each side, however often it is swept; the bureau hears of a late edition daily.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils.timezone import localdate

from enterprises.mail_words import Words
from enterprises.models import Edition, EditionState
from enterprises.queries import sealed_editions
from pushes import queries, telling, wording
from pushes.models import Delivery, DeliveryState, Institution, LetterKind

LATE_AFTER = timedelta(days=1)


def chase(*, now: datetime) -> None:
    """Write the letters that are owed by now."""
    remind(now=now)
    tell_withdrawn(now=now)
    tell_late(now=now)


def remind(*, now: datetime) -> None:
    """One letter to an institution that has not taken its newest edition; older ones are past use."""
    newer = Delivery.objects.filter(
        channel__institution=OuterRef("channel__institution"),
        state=DeliveryState.DELIVERED,
        edition__state=EditionState.SEALED,
        edition__sealed_at__gt=OuterRef("edition__sealed_at"),
    )
    untaken = queries.not_taken(now, settings.REMIND_AFTER_DAYS).exclude(Exists(newer))
    for delivery in untaken.select_related("edition", "channel__institution"):
        institution = delivery.channel.institution
        if not queries.is_told(LetterKind.NOT_TAKEN, delivery.edition, institution):
            _tell(LetterKind.NOT_TAKEN, delivery.edition, institution, wording.not_taken(delivery), now)


def tell_withdrawn(*, now: datetime) -> None:
    """One letter to each institution that was delivered an edition which is withdrawn."""
    for edition in Edition.objects.filter(state=EditionState.WITHDRAWN):
        for institution in queries.holders(edition):
            if not queries.is_told(LetterKind.WITHDRAWN, edition, institution):
                _tell(LetterKind.WITHDRAWN, edition, institution, wording.withdrawn(edition), now)


def tell_late(*, now: datetime) -> None:
    """A letter a day to the bureau while somebody is still owed the newest edition, from a day after its sealing."""
    edition = sealed_editions().last()
    if edition is None or edition.sealed_at is None or edition.sealed_at > now - LATE_AFTER:
        return
    owed = queries.lacking(edition, localdate(now))
    if owed:
        about = f"{LetterKind.LATE}/{edition.label}/{localdate(now)}"
        words = wording.late(edition, owed)
        telling.tell(about=about, kind=LetterKind.LATE, words=words, institution=None, now=now)


def _tell(kind: LetterKind, edition: Edition, institution: Institution, words: Words, now: datetime) -> None:
    about = queries.about(kind, edition, institution)
    telling.tell(about=about, kind=kind, words=words, institution=institution, now=now)
