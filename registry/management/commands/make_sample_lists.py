"""`manage.py make_sample_lists`: write a made-up city's lists into a folder, with their index."""

import errno
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.management.reporting import ReportingCommand
from registry.samples.writing import INDEX, LARGEST, SMALLEST, write_city

REASONS = {
    errno.EACCES: gettext_lazy("you may not write there"),
    errno.EPERM: gettext_lazy("you may not write there"),
    errno.EROFS: gettext_lazy("nothing can be written there"),
    errno.EEXIST: gettext_lazy("a file bears the folder's name"),
    errno.ENOENT: gettext_lazy("the folder cannot be made there"),
    errno.ENOTDIR: gettext_lazy("a part of the path is a file"),
    errno.ENOSPC: gettext_lazy("the disk is full"),
    errno.ENAMETOOLONG: gettext_lazy("the name is too long"),
}


class Command(ReportingCommand):
    help = _("Write the lists of a made-up city. The same number and seed give the same files.")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("directory", type=Path, help=_("folder for the lists; made where it is missing"))
        parser.add_argument("--enterprises", type=int, default=1100, help=_("how many enterprises"))
        parser.add_argument("--seed", type=int, default=1, help=_("another seed gives another city"))
        parser.add_argument("--truth", action="store_true", help=_("also write who stands behind each row"))

    def handle(self, *args: Any, **options: Any) -> None:
        count, directory = options["enterprises"], options["directory"]
        if not SMALLEST <= count <= LARGEST:
            limits = {"count": count, "least": SMALLEST, "most": LARGEST}
            raise CommandError(
                _("%(count)s enterprises cannot be made up. Choose a number from %(least)s to %(most)s.") % limits
            )
        try:
            lists = write_city(directory, enterprises=count, seed=options["seed"], truth=options["truth"])
        except OSError as error:
            problem = {"folder": directory, "reason": REASONS.get(error.errno or 0, error.strerror or error)}
            raise CommandError(
                _("The lists could not be written to %(folder)s: %(reason)s. Choose another folder.") % problem
            ) from error
        summary = {
            "directory": str(directory),
            "index": str(directory / INDEX),
            "enterprises": count,
            "seed": options["seed"],
            "lists": len(lists),
            "rows": sum(entry.rows for entry in lists),
        }
        words = _("%(lists)s lists with %(rows)s rows were written to %(directory)s.") % summary
        self.report(words, summary, as_json=options["json"])
