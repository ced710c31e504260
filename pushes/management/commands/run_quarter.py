"""`manage.py run_quarter`: resolve, rebuild the pool, cut, seal, push, in order. Beat calls the same."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises.calendar import last_day, quarter_of
from enterprises.errors import DayOutsideQuarter, EnterprisesError, QuarterNotOver
from enterprises.models import Edition
from pushes import errors, quarters, queries, tasks
from pushes.management.waiting import minutes, until_delivered
from registry.errors import RegistryError
from registry.management.reporting import ReportingCommand, day


class Command(ReportingCommand):
    help = _("Seal a quarter's edition and push it. Run again, it does what is missing, and nothing twice.")
    failures = (EnterprisesError, RegistryError, errors.PushesError)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("quarter", help=_("such as 2026Q3"))
        parser.add_argument("--as-of", type=day, default=None, help=_("the quarter's last day where none is given"))
        parser.add_argument("--queue", action="store_true", help=_("let a worker do it, and wait for it"))
        parser.add_argument("--minutes", type=minutes, default=60, help=_("the longest wait with --queue (default 60)"))

    def handle(self, *args: Any, **options: Any) -> None:
        say = self.stderr.write if options["json"] else self.stdout.write
        act = _through_the_queue if options["queue"] else _here
        with self.failing_plainly():
            edition = act(options["quarter"], options["as_of"], options["minutes"], say)
            left = queries.outstanding(timezone.localdate(), edition)
            self._report_edition(edition, left, options["json"])
            if any(left.values()):
                raise errors.NotYetDelivered(**left)

    def _report_edition(self, edition: Edition, left: dict[str, int], as_json: bool) -> None:
        summary = {
            "edition": edition.label,
            "as_of": edition.as_of,
            "digest": edition.digest,
            "members": edition.members,
            "added": edition.added,
            "removed": edition.removed,
            "changed": edition.changed,
            **queries.deliveries_by_state(edition),
            **left,
        }
        words = _(
            "%(edition)s as of %(as_of)s: %(members)s members; %(added)s added, %(removed)s removed, "
            "%(changed)s changed. Deliveries: %(delivered)s made, %(waiting)s waiting, %(failed)s failed."
        )
        self.report(words % summary, summary, as_json=as_json)


def _here(quarter: str, as_of: date | None, _wait: int, say: Callable[[str], Any]) -> Edition:
    return quarters.run(quarter=quarter, as_of=as_of, clock=timezone.now, progress=say).edition


def _through_the_queue(quarter: str, as_of: date | None, wait: int, say: Callable[[str], Any]) -> Edition:
    """What the worker would refuse is refused here, where somebody reads it."""
    day = as_of or last_day(quarter)
    if quarter_of(day) != quarter:
        raise DayOutsideQuarter(quarter, day.isoformat())
    if day > timezone.localdate():
        raise QuarterNotOver(quarter, day.isoformat())
    quarters.standing(quarter, as_of)
    asked_at = timezone.now()
    tasks.run_quarter.delay(quarter=quarter, as_of=as_of.isoformat() if as_of else None)
    edition = until_delivered(quarter=quarter, minutes=wait, say=say, since=asked_at)
    assert edition is not None  # noqa: S101 - a quarter was asked for
    return edition
