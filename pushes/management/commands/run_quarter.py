"""`run_quarter`: resolve, rebuild the pool, cut, seal, push, in order. A thin face; beat calls the same."""

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises.calendar import last_day
from enterprises.errors import EnterprisesError, QuarterNotOver
from enterprises.models import Edition
from pushes import errors, quarters, queries, tasks
from pushes.management.waiting import until_delivered
from registry.errors import RegistryError


class Command(BaseCommand):
    help = (
        "Seals a quarter's edition and pushes it. Running it again does what is missing, and nothing twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("quarter", help="such as 2026Q3")
        parser.add_argument(
            "--as-of",
            type=date.fromisoformat,
            metavar="DAY",
            help="such as 2026-09-30 (default: the quarter's end)",
        )
        parser.add_argument("--queue", action="store_true", help="let a Celery worker do it, and wait for it")
        parser.add_argument(
            "--minutes", type=int, default=60, help="how long to wait with --queue (default 60)"
        )
        parser.add_argument("--json", action="store_true", help="print a summary for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        say = self.stderr.write if options["json"] else self.stdout.write
        try:
            if options["queue"]:
                edition = self._hand_over(options, say)
            else:
                edition = quarters.run(
                    quarter=options["quarter"], as_of=options["as_of"], clock=timezone.now, progress=say
                ).edition
        except (EnterprisesError, RegistryError, errors.PushesError) as error:
            raise CommandError(str(error)) from error
        left = queries.outstanding(timezone.localdate(), edition)
        self._report(edition, left, options["json"])
        if any(left.values()):
            raise CommandError(str(errors.NotYetDelivered(**left)))

    def _hand_over(self, options: dict[str, Any], say: Any) -> Edition:
        quarter, as_of = options["quarter"], options["as_of"]
        end = last_day(quarter)
        day = as_of or end
        if day > timezone.localdate():
            raise QuarterNotOver(quarter, day.isoformat())
        tasks.run_quarter.delay(quarter=quarter, as_of=as_of.isoformat() if as_of else None)
        edition = until_delivered(quarter=quarter, minutes=options["minutes"], say=say)
        assert edition is not None  # noqa: S101 - a quarter was asked for
        return edition

    def _report(self, edition: Edition, left: dict[str, int], as_json: bool) -> None:
        states = queries.deliveries_by_state(edition)
        summary = {
            "edition": edition.label,
            "as_of": edition.as_of.isoformat(),
            "digest": edition.digest,
            "members": edition.members,
            "added": edition.added,
            "removed": edition.removed,
            "changed": edition.changed,
            "delivered": states.get("delivered", 0),
            **left,
        }
        if as_json:
            self.stdout.write(json.dumps(summary))
            return
        self.stdout.write(
            _(
                "%(edition)s as of %(as_of)s: %(members)s members, %(added)s added, %(removed)s removed, "
                "%(changed)s changed; %(delivered)s deliveries made."
            )
            % summary
        )
