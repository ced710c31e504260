"""A channel that rests.

Law: a pause says since when and why, and both sides are told; its end takes up what is owed.
"""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from enterprises.models import EditionState
from pushes import errors, telling, wording
from pushes.models import Channel, Delivery, DeliveryState, LetterKind


def pause(*, channel: Channel, why: str, now: datetime, by: User | None = None) -> None:
    """Let nothing go out by the channel from now on; a channel that rests already keeps its reason.

    What pauses it by itself, with no person, is told to the institution's contacts and to the bureau.
    """
    with transaction.atomic():
        resting = Channel.objects.filter(pk=channel.pk, paused=False)
        if not resting.update(paused=True, paused_at=now, paused_why=why[:300], paused_by=by) or by:
            return
        paused = Channel.objects.select_related("institution").get(pk=channel.pk)
        about = f"paused/{paused.institution.code}/{paused.kind}/{now.isoformat()}"
        to_them, to_us = wording.paused_to_institution(paused), wording.paused_to_bureau(paused)
        kind, whose = LetterKind.PAUSED, paused.institution
        telling.tell(about=about, kind=kind, words=to_them, institution=whose, now=now)
        telling.tell(about=f"{about}/bureau", kind=kind, words=to_us, institution=None, now=now)


def resume(*, channel: Channel, now: datetime) -> None:
    """End the pause: what failed or waits by the channel is due at once, and begins its tries anew.

    Raises `NotPaused`.
    """
    with transaction.atomic():
        paused = Channel.objects.filter(pk=channel.pk, paused=True)
        if not paused.update(paused=False, paused_at=None, paused_why="", paused_by=None):
            raise errors.NotPaused(str(channel))
        owed = Delivery.objects.filter(channel=channel, edition__state=EditionState.SEALED)
        owed.exclude(state=DeliveryState.DELIVERED).update(state=DeliveryState.WAITING, due_at=now, since=now)
