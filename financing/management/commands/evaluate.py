"""`manage.py evaluate 2026H1`: make a half year's evaluation; or, of a moment that one tells of, verify that one."""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from financing import evaluating
from financing.errors import FinancingError
from financing.models import Evaluation
from registry.management.reporting import ReportingCommand, moment


class Command(ReportingCommand):
    help = _("Make the evaluation of a half year as it was known at a moment; where there is one, tell it again and "
             "compare the digests.")  # fmt: skip
    failures = (FinancingError,)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("half", help=_("such as 2026H1"))
        parser.add_argument(
            "--known-by",
            type=moment,
            help=_("as known at this moment, such as 2026-08-15T18:00; some minutes ago if not given"),
        )
        super().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        half, known_by = options["half"], options["known_by"]
        found = known_by and Evaluation.objects.filter(half=half, known_by=known_by, made_at__isnull=False).first()
        if found:
            words = self._verified(found)
        else:
            with self.failing_plainly():
                found = evaluating.make(half=half, known_by=known_by, clock=timezone.now)
            words = _("%(label)s is made, as known at %(moment)s.")
        facts = {"label": found.label, "moment": localtime(found.known_by).strftime("%Y-%m-%d %H:%M")}
        summary = {"evaluation": found.label, "known_by": found.known_by.isoformat(), "digest": found.digest}
        self.report(f"{words % facts} SHA-256 {found.digest}", summary, as_json=options["json"])

    def _verified(self, found: Evaluation) -> str:
        said = evaluating.verify(found)
        if said.same:
            return _("%(label)s says what it said, as known at %(moment)s.")
        raise CommandError(evaluating.difference_words(found, said))
