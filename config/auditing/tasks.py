"""The log's own work: seal and copy each minute, delete by the rule at night."""

import logging

from celery import shared_task
from django.utils import timezone

from config.auditing import copying, retiring, sealing

logger = logging.getLogger(__name__)


@shared_task(name="auditing.seal")
def seal() -> None:
    """A second place that takes nothing is told of, loudly, each minute; the seal stands."""
    sealing.seal()
    try:
        copying.copy()
    except OSError:
        logger.exception("the audit log's second place takes nothing (AUDIT_COPY)")


@shared_task(name="auditing.retire")
def retire() -> None:
    retiring.retire(now=timezone.now())
