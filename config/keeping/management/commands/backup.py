"""`manage.py backup`: the database and the files that it names, whole, into a folder."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from config.commanding import SiteCommand
from config.keeping import running
from config.keeping.errors import KeepingError


class Command(SiteCommand):
    help = _("Back up the database and all files that it names. Keys are no part of it: they are kept apart.")
    failures = (KeepingError,)
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--to", type=Path, metavar="FOLDER", help=_("where to (default: BACKUP_DIR)"))

    def handle(self, *args: Any, **options: Any) -> None:
        with self.failing_plainly():
            run = running.back_up(clock=timezone.now, to=options["to"])
        seconds = round((run.ended_at - run.began_at).total_seconds(), 1) if run.ended_at else 0
        summary = {"name": run.name, "written": run.size, "missing": run.missing, "seconds": seconds}
        words = _("Backup %(name)s is made: %(written)s bytes written in %(seconds)s seconds.") % summary
        self.report(f"{words}\n{run.words}", summary, as_json=options["json"])
