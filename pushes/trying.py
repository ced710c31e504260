"""Trials that an institution's people ask for themselves. Law: a channel is tried a few times an hour, and no more."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from pushes import errors, resending
from pushes.models import Channel, Sending

TRIALS_AN_HOUR = 5


def try_own_channel(*, channel: Channel, by: User, now: datetime) -> None:
    """Have a trial sent. Raises `TrialsUsedUp`, and what `resending.try_channel` raises."""
    with transaction.atomic():
        Channel.objects.select_for_update().get(pk=channel.pk)
        lately = Sending.objects.filter(channel=channel, delivery=None, asked_at__gt=now - timedelta(hours=1))
        if lately.count() >= TRIALS_AN_HOUR:
            raise errors.TrialsUsedUp(TRIALS_AN_HOUR)
        resending.try_channel(channel=channel, by=by, now=now)
