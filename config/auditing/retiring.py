"""The rule of retention: events older than AUDIT_KEPT_DAYS go. Law: by the database's door alone; it leaves a row."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from config.auditing.models import Deletion
from config.auditing.recording import note


def retire(*, now: datetime) -> Deletion | None:
    """Delete what is too old, in whole seals; none where nothing is."""
    before = now - timedelta(days=settings.AUDIT_KEPT_DAYS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM auditing_delete(%s)", [before])
        found = cursor.fetchone()
        if found is None:
            return None
        deletion = Deletion.objects.get(pk=found[0])
        note("log", "retired", before=before.isoformat(), last=deletion.last, events=deletion.events)
    return deletion
