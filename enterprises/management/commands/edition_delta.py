"""`manage.py edition_delta`: what lies between two sealed editions, and why."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from enterprises.deltas import delta
from enterprises.errors import EnterprisesError
from enterprises.queries import edition_of
from enterprises.wording import CHANGE_CAUSES
from registry.management.reporting import ReportingCommand


class Command(ReportingCommand):
    help = _("Tell every change between two sealed editions, with its causes, proved by their digests.")
    failures = (EnterprisesError,)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("older", help=_("such as ZZKJ-2026Q2-v1"))
        parser.add_argument("newer", help=_("such as ZZKJ-2026Q3-v1"))

    def handle(self, *args: Any, **options: Any) -> None:
        with self.failing_plainly():
            found = delta(older=edition_of(options["older"]), newer=edition_of(options["newer"]))
        counts = {kind: found.counts[kind] for kind in ("added", "removed", "changed")}
        changes = [
            {"kind": one.kind, "before": one.before, "after": one.after, "causes": causes}
            for one, causes in found.changes
        ]
        if not options["json"]:
            for one, causes in found.changes:
                record = one.after or one.before
                words = "; ".join(str(CHANGE_CAUSES.get(cause["cause"], cause["cause"])) for cause in causes)
                self.stdout.write(f"{one.kind}\t{one.id}\t{record['name'] if record else ''}\t{words}")
        summary = {"older": found.older.label, "newer": found.newer.label, **counts}
        words = _("%(older)s → %(newer)s: %(added)s added, %(removed)s removed, %(changed)s changed.") % summary
        self.report(words, summary | {"changes": changes}, as_json=options["json"])
