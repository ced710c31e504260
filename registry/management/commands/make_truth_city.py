"""`manage.py make_truth_city`: write a city whose truth is known, to measure matching by."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from registry.management.commands.make_sample_lists import REASONS
from registry.management.reporting import ReportingCommand
from registry.samples.truth.writing import LARGEST, SMALLEST, write_truth_city


class Command(ReportingCommand):
    help = _("Write a made-up city of known truth: rows, lists, changes of name, and who stands behind each row.")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("directory", type=Path, help=_("folder for the lists; made where it is missing"))
        parser.add_argument("--enterprises", type=int, default=25_000, help=_("how many enterprises"))
        parser.add_argument("--seed", type=int, default=1, help=_("another seed gives another city"))
        parser.add_argument("--errors", type=float, default=1.0, help=_("multiplies the rate of every error"))

    def handle(self, *args: Any, **options: Any) -> None:
        count, errors, directory = options["enterprises"], options["errors"], options["directory"]
        if not SMALLEST <= count <= LARGEST:
            limits = {"count": count, "least": SMALLEST, "most": LARGEST}
            raise CommandError(
                _("%(count)s enterprises cannot be made up. Choose a number from %(least)s to %(most)s.") % limits
            )
        if not 0 <= errors <= 10:
            raise CommandError(_("Errors can be multiplied by 0 to 10, not by %(errors)s.") % {"errors": errors})
        try:
            done = write_truth_city(directory, enterprises=count, seed=options["seed"], errors=errors)
        except OSError as error:
            problem = {"folder": directory, "reason": REASONS.get(error.errno or 0, error.strerror or error)}
            raise CommandError(
                _("The lists could not be written to %(folder)s: %(reason)s. Choose another folder.") % problem
            ) from error
        summary = {
            "directory": str(directory),
            "enterprises": count,
            "seed": options["seed"],
            "errors": errors,
            "regions": done.regions,
            "lists": done.lists,
            "rows": done.rows,
            "renames": done.renames,
        }
        words = _("%(lists)s lists with %(rows)s rows were written to %(directory)s.") % summary
        self.report(words, summary, as_json=options["json"])
