"""`manage.py rebuild_pool`: derive the pool as of a date."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises.errors import EnterprisesError
from enterprises.pooling import rebuild
from registry.management.reporting import ReportingCommand, day, moment


class Command(ReportingCommand):
    help = _("Rebuild the pool as of a date, from entries, decisions and programme rules.")
    failures = (EnterprisesError,)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--as-of", type=day, default=None, help=_("the date; today where none is given"))
        parser.add_argument("--known-by", type=moment, default=None, help=_("use only what was known at that moment"))

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        with self.failing_plainly():
            done = rebuild(as_of=options["as_of"] or timezone.localdate(now), now=now, known_by=options["known_by"])
        summary = {
            "as_of": done.as_of,
            "known_by": done.known_by,
            "members": done.members,
            "recognitions": done.recognitions,
        }
        words = _("The pool as of %(as_of)s: %(members)s enterprises, %(recognitions)s recognitions.") % summary
        self.report(words, summary, as_json=options["json"])
