"""`manage.py urgent_notice`: an edition between quarters, of revocations alone."""

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises.editions import seal
from enterprises.errors import EnterprisesError
from enterprises.urgent import cut_urgent
from registry.management.reporting import ReportingCommand


class Command(ReportingCommand):
    help = _("Cut an urgent notice: the last edition without what was revoked since.")
    failures = (EnterprisesError,)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--seal", action="store_true", help=_("seal it: it never changes again"))

    def handle(self, *args: Any, **options: Any) -> None:
        with self.failing_plainly():
            edition = cut_urgent(now=timezone.now())
            if options["seal"]:
                edition = seal(edition=edition, now=timezone.now())
        facts = ("members", "removed", "changed", "digest")
        summary = {"edition": edition.label, "state": edition.state, **{name: getattr(edition, name) for name in facts}}
        words = _("%(edition)s (%(state)s): %(removed)s removed, %(changed)s changed. Digest %(digest)s.")
        said = words % (summary | {"state": edition.get_state_display()})
        self.report(said, summary, as_json=options["json"])
