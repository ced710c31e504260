"""`manage.py restore`: a backup into an empty database and store."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from config.commanding import SiteCommand
from config.keeping import enclosing, restoring
from config.keeping.errors import KeepingError
from config.keeping.manifest import KEPT_APART
from config.keeping.targets import Target, owner_parameters, parameters_of


class Command(SiteCommand):
    help = _("Restore a backup, once every sum in it was checked, into an empty database and an empty store.")
    failures = (KeepingError,)
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("folder", type=Path, metavar="FROM", help=_("the backup's own folder"))
        parser.add_argument("--into", metavar="URL", default="", help=_("the database (default: DATABASE_URL)"))
        parser.add_argument(
            "--files", type=Path, metavar="FOLDER", help=_("where files go (default: the site's store)")
        )
        parser.add_argument("--identity", type=Path, metavar="FILE", help=_("the private key of an enclosed backup"))
        parser.add_argument(
            "--replace", action="store_true", help=_("what is there is lost: the backup takes its place")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        into, files = options["into"], options["files"]
        parameters = parameters_of(into) if into else owner_parameters()
        target = Target(parameters, FileSystemStorage(location=files) if files else default_storage)
        with self.failing_plainly():
            told = restoring.restore(
                folder=options["folder"].resolve(),
                target=target,
                keys=enclosing.identities(options["identity"]),
                replace=options["replace"],
            )
        summary = {"name": told.name, "database": target.name, "files": len(told.files), "editions": len(told.editions)}
        self.report(f"{_words() % summary}\n{_next()}", summary, as_json=options["json"])


def _words() -> str:
    return _("%(name)s is restored into %(database)s: %(files)s files, %(editions)s editions; all sums are right.")


def _next() -> str:
    steps = [
        _("Set what no backup holds, as it was: %(names)s.") % {"names": ", ".join(KEPT_APART)},
        "manage.py migrate ; manage.py check --deploy",
        " ; ".join(f"manage.py {command}" for command in settings.DRILL_PROOFS),
        _("Only then start web, workers and beat. Deliveries go on where they stood, with the same numbers."),
    ]
    return "\n".join([_("Next:"), *(f"{number}. {step}" for number, step in enumerate(steps, start=1))])
