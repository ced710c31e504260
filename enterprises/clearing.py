"""Contact and evidence of objections that ended long ago are deleted. Law: the decision stays, without them."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from enterprises.enclosing import delete
from enterprises.models import Objection, ObjectionFile

_AT_ONCE = 500


def clear(*, now: datetime) -> int:
    """Clear those whose time is up; returns how many."""
    over = now - timedelta(days=settings.OBJECTION_KEPT_DAYS)
    keys = Objection.objects.filter(ended_at__lt=over, cleared_at=None).values_list("pk", flat=True)[:_AT_ONCE]
    return sum(_clear(key, now) for key in list(keys))


def _clear(key: int, now: datetime) -> int:
    with transaction.atomic():
        held = Objection.objects.select_for_update(skip_locked=True).filter(pk=key, cleared_at=None).first()
        if held is None:
            return 0
        stored = list(ObjectionFile.objects.filter(objection=held).values_list("stored", flat=True))
        held.files.all().delete()
        held.answers.all().delete()
        held.mails.all().delete()
        held.contact_name = held.contact_phone = held.contact_mail = ""
        held.cleared_at = now
        held.save()
        transaction.on_commit(lambda: delete(stored))
    return 1
