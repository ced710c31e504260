"""`push_editions`: every sealed edition to every institution that is owed it. A thin face."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from pushes import delivering, errors, queries, tasks
from pushes.management.waiting import until_delivered


class Command(BaseCommand):
    help = "Plans the deliveries that are missing and makes those that are due."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--queue", action="store_true", help="let the Celery workers do it, and wait for them"
        )
        parser.add_argument(
            "--minutes", type=int, default=30, help="how long to wait with --queue (default 30)"
        )
        parser.add_argument("--json", action="store_true", help="print a summary for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        summary: dict[str, int] = {}
        try:
            if options["queue"]:
                tasks.push_editions.delay()
                until_delivered(minutes=options["minutes"], say=self._say(options))
            else:
                summary = vars(delivering.sweep(clock=timezone.now))
        except errors.PushesError as error:
            raise CommandError(str(error)) from error
        left = queries.outstanding(timezone.localdate())
        self._report(summary | left, options["json"])
        if any(left.values()):
            raise CommandError(str(errors.NotYetDelivered(**left)))

    def _say(self, options: dict[str, Any]) -> Any:
        return self.stderr.write if options["json"] else self.stdout.write

    def _report(self, summary: dict[str, int], as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(summary))
        elif "delivered" in summary:
            self.stdout.write(_("Planned: %(planned)s. Delivered: %(delivered)s.") % summary)
        else:
            self.stdout.write(_("Everything that is owed was delivered."))
