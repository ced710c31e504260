"""`manage.py resolve_entries`: give every entry of the confirmed lists an enterprise, or a place in the queue.

Law: with `--again`, as after a change of rules, nothing is changed before what would change has been seen.
"""

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises.errors import EnterprisesError
from enterprises.resolving import resolve, resolve_again
from registry.management.reporting import ReportingCommand

_SHOWN = 20  # entries that come to somebody else


class Command(ReportingCommand):
    help = _("Resolve the entries of confirmed lists that are not resolved yet.")
    failures = (EnterprisesError,)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--again", action="store_true", help=_("judge all anew, show what would change"))
        parser.add_argument("--apply", action="store_true", help=_("with --again: make the changes"))

    def handle(self, *args: Any, **options: Any) -> None:
        with self.failing_plainly():
            if options["again"]:
                self._again(apply=options["apply"], as_json=options["json"])
                return
            done = asdict(resolve(now=timezone.now()))
        words = _(
            "%(lists)s lists, %(entries)s entries: %(matched)s matched, %(created)s new enterprises, "
            "%(queued)s queued for review."
        )
        self.report(words % done, done, as_json=options["json"])

    def _again(self, *, apply: bool, as_json: bool) -> None:
        with transaction.atomic():
            moved = resolve_again(now=timezone.now())
            transaction.set_rollback(not apply)
        summary = {"moved": len(moved), "applied": apply, "examples": [list(move) for move in moved[:_SHOWN]]}
        lines = [_("%(moved)s entries come to another enterprise.") % summary]
        lines += [f"{name}: {before or '–'} → {after}" for name, before, after in moved[:_SHOWN]]
        if moved and not apply:
            lines.append(_("Nothing was changed. With --apply it is."))
        self.report("\n".join(lines), summary, as_json=as_json)
