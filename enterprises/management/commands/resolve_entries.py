"""`manage.py resolve_entries`: give every entry of the confirmed lists an enterprise, or a place in the queue."""

from dataclasses import asdict
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises.errors import EnterprisesError
from enterprises.resolving import resolve
from registry.management.reporting import ReportingCommand


class Command(ReportingCommand):
    help = _("Resolve the entries of confirmed lists that are not resolved yet.")
    failures = (EnterprisesError,)

    def handle(self, *args: Any, **options: Any) -> None:
        with self.failing_plainly():
            done = asdict(resolve(now=timezone.now()))
        words = _(
            "%(lists)s lists, %(entries)s entries: %(matched)s matched, %(created)s new enterprises, "
            "%(queued)s queued for review."
        )
        self.report(words % done, done, as_json=options["json"])
