"""`manage.py cut_edition`: cut a quarter's edition, and seal it where asked."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises.editions import cut, seal
from enterprises.errors import EnterprisesError
from registry.management.reporting import ReportingCommand, day


class Command(ReportingCommand):
    help = _("Cut the edition of a quarter; a sealed one is left as it is.")
    failures = (EnterprisesError,)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("quarter", help=_("such as 2026Q3"))
        parser.add_argument("--as-of", type=day, default=None, help=_("the quarter's last day where none is given"))
        parser.add_argument("--seal", action="store_true", help=_("seal it: it never changes again"))

    def handle(self, *args: Any, **options: Any) -> None:
        with self.failing_plainly():
            edition = cut(quarter=options["quarter"], as_of=options["as_of"], now=timezone.now())
            if options["seal"]:
                edition = seal(edition=edition, now=timezone.now())
        summary = {
            "edition": edition.label,
            "state": edition.state,
            "as_of": edition.as_of,
            "members": edition.members,
            "added": edition.added,
            "removed": edition.removed,
            "changed": edition.changed,
            "by_programme": edition.by_programme,
            "digest": edition.digest,
        }
        words = _(
            "%(edition)s (%(state)s): %(members)s members; %(added)s added, %(removed)s removed, %(changed)s changed. "
            "Digest %(digest)s."
        ) % (summary | {"state": edition.get_state_display()})
        self.report(words, summary, as_json=options["json"])
