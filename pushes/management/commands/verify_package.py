"""`manage.py verify_package`: check a package with nothing but the file. No database is asked."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from pushes import verifying
from pushes.errors import PackageRefused
from registry.management.reporting import ReportingCommand


class Command(ReportingCommand):
    help = _("Check that a package is whole and says the same in all of its files.")
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help=_("the package, a zip file"))

    def handle(self, *args: Any, **options: Any) -> None:
        file, as_json = options["file"], options["json"]
        try:
            manifest = verifying.verify(file)
        except PackageRefused as error:
            if as_json:
                self.report("", {"ok": False, "problems": error.problems}, as_json=True)
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(_refusal(error) % {"file": file, "reason": error.strerror or error}) from error
        facts = {"ok": True, "edition": manifest["edition"], "digest": manifest["digest"]}
        summary = {**facts, **manifest["counts"]}
        words = _(
            "The package is whole: %(edition)s, %(members)s members; %(added)s added, %(removed)s removed, "
            "%(changed)s changed."
        )
        self.report(words % summary, summary, as_json=as_json)


def _refusal(error: OSError) -> str:
    """Why the file cannot be read, in the reader's language: the system speaks its own."""
    if isinstance(error, FileNotFoundError):
        return _("There is no file %(file)s.")
    if isinstance(error, PermissionError):
        return _("You have no permission to read %(file)s.")
    if isinstance(error, IsADirectoryError):
        return _("%(file)s is a folder. Name the zip file itself.")
    return _("%(file)s cannot be read: %(reason)s.")
