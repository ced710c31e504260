"""The log on the command line: verify it against its seals, export it, seal or copy what is new."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _

from config.auditing import copying, exporting, sealing, verifying
from config.auditing.models import Event
from config.auditing.recording import note


class Command(BaseCommand):
    help = "The audit log: verify, export, seal, copy."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("step", choices=("verify", "export", "seal", "copy"))
        parser.add_argument("--json", action="store_true", help="a summary that a machine can read")
        parser.add_argument("--to", type=Path, help="the file to export to (.csv or .jsonl); else jsonl to the output")
        parser.add_argument("--since", type=datetime.fromisoformat, help="export from this day on (2026-10-01)")
        parser.add_argument("--until", type=datetime.fromisoformat, help="export up to before this day")

    def handle(self, *args: Any, step: str, **options: Any) -> None:
        {"verify": self._verify, "export": self._export, "seal": self._seal, "copy": self._copy}[step](**options)

    def _verify(self, **options: Any) -> None:
        found = verifying.verify()
        told = {**vars(found), "ok": not found.faults}
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            words = _(
                "%(seals)s seals hold %(events)s events; those of %(deleted)s were deleted by the rule of retention, "
                "%(unsealed)s events wait for the next. The last digest: %(digest)s"
            )
            self.stdout.write(words % told)
        if found.faults:
            raise CommandError("\n".join(found.faults))

    def _export(self, **options: Any) -> None:
        events = Event.objects.all()
        for name, lookup in (("since", "at__gte"), ("until", "at__lt")):
            if options[name]:
                day = options[name]
                events = events.filter(**{lookup: day if day.tzinfo else make_aware(day)})
        target: Path | None = options["to"]
        kind = "csv" if target and target.suffix == ".csv" else "jsonl"
        note("log", "exported", label=target.name if target else "-", kind=kind)
        if target is None:
            sys.stdout.writelines(exporting.lines(events, kind))
            return
        with target.open("w", encoding="utf-8", newline="") as file:
            file.writelines(exporting.lines(events, kind))

    def _seal(self, **options: Any) -> None:
        made = sealing.seal()
        self.stdout.write(_("Sealed: %(seal)s") % {"seal": made} if made else _("Nothing to seal."))

    def _copy(self, **options: Any) -> None:
        try:
            count = copying.copy()
        except OSError as error:
            raise CommandError(_("The second place takes nothing: %(error)s") % {"error": error}) from error
        self.stdout.write(_("Copied: %(count)s events") % {"count": count})
