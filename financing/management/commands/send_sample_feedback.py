"""`manage.py send_sample_feedback 2026Q3`: what institutions of a demonstration report of a quarter, sent and read."""

import io
import time
from typing import Any

from celery import current_app
from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises.calendar import last_day
from enterprises.models import EditionState
from financing.errors import FinancingError, InForceAlready
from financing.inventing import invented
from financing.models import Feedback, FeedbackState
from financing.receiving import receive
from pushes import belonging
from pushes.access import Access, granted
from pushes.errors import PushesError
from pushes.models import Delivery, Institution
from registry.management.reporting import ReportingCommand

_PATIENCE_SECONDS = 300


class Command(ReportingCommand):
    help = _("Make up what each institution reports of a quarter, send it in, and let the workers read it. "
             "For demonstrations alone.")  # fmt: skip
    failures = (FinancingError, PushesError)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("quarter", help=_("such as 2026Q3"))
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        with self.failing_plainly():
            for bank in Institution.objects.order_by("code"):
                access = granted(bank, today=timezone.localdate())
                sealed = access.deliveries().filter(edition__quarter=options["quarter"])
                if given := sealed.filter(edition__state=EditionState.SEALED).first():
                    _send(access, given, seed=f"{options['seed']}/{bank.code}")
            _until_read(options["quarter"])
        told = Feedback.objects.filter(quarter=options["quarter"], state=FeedbackState.IN_FORCE)
        summary = {"quarter": options["quarter"], "in_force": told.count(), "lines": sum(one.lines for one in told)}
        words = _("%(in_force)s institutions have reported on %(quarter)s, %(lines)s lines in all.") % summary
        self.report(words, summary, as_json=options["json"])


def _send(access: Access, given: Delivery, *, seed: str) -> None:
    own = belonging.members(given.edition, belonging.cut_of(given.profile))
    content = invented(
        own.values_list("public_id", "uscc", "name").iterator(2_000),
        label=given.edition.label, until=last_day(given.edition.quarter), seed=seed,
    )  # fmt: skip
    try:
        receive(
            access=access, label=given.edition.label, stream=io.BytesIO(content), size=len(content),
            file_name="sample.csv", leave_out=False, by=None, access_key="sample", address=None, now=timezone.now(),
        )  # fmt: skip
    except InForceAlready:
        return


def _until_read(quarter: str) -> None:
    """The workers read one institution's file after the other."""
    current_app.send_task("financing.read_feedback")
    until = time.monotonic() + _PATIENCE_SECONDS
    waiting = Feedback.objects.filter(quarter=quarter, state__in=[FeedbackState.WAITING, FeedbackState.READING])
    while waiting.exists() and time.monotonic() < until:
        time.sleep(0.5)
