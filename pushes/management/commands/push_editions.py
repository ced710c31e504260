"""`manage.py push_editions`: every sealed edition to every institution that is owed it."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from pushes import delivering, errors, queries, tasks
from pushes.management.waiting import minutes, until_delivered
from registry.management.reporting import ReportingCommand


class Command(ReportingCommand):
    help = _("Plan the deliveries that are missing and make those that are due.")
    failures = (errors.PushesError,)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--queue", action="store_true", help=_("let the workers do it, and wait for them"))
        parser.add_argument("--minutes", type=minutes, default=30, help=_("the longest wait with --queue (default 30)"))

    def handle(self, *args: Any, **options: Any) -> None:
        say = self.stderr.write if options["json"] else self.stdout.write
        with self.failing_plainly():
            if options["queue"]:
                tasks.push_editions.delay()
                until_delivered(minutes=options["minutes"], say=say)
            else:
                delivering.sweep(clock=timezone.now)
            left = queries.outstanding(timezone.localdate())
            summary = {**queries.deliveries_by_state(), **left}
            words = _("%(delivered)s deliveries are made, %(waiting)s waiting, %(failed)s failed.") % summary
            self.report(words, summary, as_json=options["json"])
            if any(left.values()):
                raise errors.NotYetDelivered(**left)
