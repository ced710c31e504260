"""`manage.py restore_drill`: prove that the newest backup can be restored, without touching the site."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from config.commanding import SiteCommand
from config.keeping import running
from config.keeping.errors import KeepingError


class Command(SiteCommand):
    help = _("Restore the newest backup into a scratch database and folder, compute every digest anew, and drop both.")
    failures = (KeepingError,)
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("folder", nargs="?", type=Path, metavar="FROM", help=_("a certain backup's folder"))
        parser.add_argument("--into", metavar="URL", default="", help=_("another server's database to connect to"))
        parser.add_argument("--identity", type=Path, metavar="FILE", help=_("the private key of an enclosed backup"))
        parser.add_argument("--scratch", type=Path, metavar="FOLDER", help=_("where there is room for all files"))

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["folder"]
        with self.failing_plainly():
            run, told, proofs = running.drill(
                clock=timezone.now,
                folder=folder.resolve() if folder else None,
                identity=options["identity"],
                into=options["into"],
                scratch=options["scratch"],
            )
        seconds = round((run.ended_at - run.began_at).total_seconds(), 1) if run.ended_at else 0
        summary = {
            "name": run.name,
            "seconds": seconds,
            "files": len(told.files),
            "editions": {f"{one.quarter}v{one.version}": one.digest for one in told.editions},
            "proofs": {proof.command: proof.said for proof in proofs},
        }
        words = _("The drill with %(name)s passed in %(minutes)s minutes: all that was restored is what was kept.")
        said = words % {"name": run.name, "minutes": f"{seconds / 60:.1f}"}
        self.report("\n".join([said, run.words, *(one.said for one in proofs)]), summary, as_json=options["json"])
