"""`verify_package`: checks a package with nothing but the file. A thin face; no database is asked."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from pushes import verifying
from pushes.errors import PackageRefused


class Command(BaseCommand):
    help = "Checks that a package is whole and says the same in all of its files."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the package, a zip file")
        parser.add_argument("--json", action="store_true", help="print a summary for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = verifying.verify(options["file"])
        except PackageRefused as error:
            if options["json"]:
                self.stdout.write(json.dumps({"ok": False, "problems": error.problems}, ensure_ascii=False))
            raise CommandError(str(error)) from error
        except OSError as error:
            problem = {"file": options["file"], "reason": error.strerror or error}
            raise CommandError(_("%(file)s cannot be read: %(reason)s.") % problem) from error
        summary = {
            "ok": True,
            "edition": manifest["edition"],
            "digest": manifest["digest"],
            **manifest["counts"],
        }
        if options["json"]:
            self.stdout.write(json.dumps(summary, ensure_ascii=False))
            return
        self.stdout.write(
            _(
                "The package is whole: %(edition)s, %(members)s members, %(added)s added, %(removed)s removed, "
                "%(changed)s changed."
            )
            % summary
        )
