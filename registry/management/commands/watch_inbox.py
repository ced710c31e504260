"""`manage.py watch_inbox`: stage the lists that lie in a drop folder, once or for as long as it runs."""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from registry import errors, inbox
from registry.forms import notice_of_sidecar
from registry.management.reporting import ReportingCommand


class Command(ReportingCommand):
    help = _("Stage the lists in a folder, each with its sidecar; they wait for confirmation in the admin.")
    failures = (errors.NoInbox,)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("folder", type=Path, help=_("the drop folder"))
        parser.add_argument("--once", action="store_true", help=_("look once, and end"))
        parser.add_argument("--every", type=float, default=10.0, help=_("seconds between two looks"))
        parser.add_argument(
            "--settled", type=float, default=inbox.SETTLED_SECONDS, help=_("seconds a file must have lain untouched")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            with self.failing_plainly():
                taken = inbox.sweep(
                    options["folder"],
                    read_sidecar=notice_of_sidecar,
                    clock=timezone.now,
                    settled=options["settled"],
                )
            if taken or options["once"]:
                self._tell(taken, as_json=options["json"])
            if options["once"]:
                return
            time.sleep(max(0.1, options["every"]))

    def _tell(self, taken: list[inbox.Taken], *, as_json: bool) -> None:
        lines = [
            _("%(file)s: refused. %(reason)s") % {"file": one.file_name, "reason": one.reason}
            if one.reason
            else _("%(file)s: staged as no. %(id)s.") % {"file": one.file_name, "id": one.import_id}
            for one in taken
        ]
        summary = {
            "staged": [one.import_id for one in taken if not one.reason],
            "refused": {one.file_name: one.reason for one in taken if one.reason},
        }
        self.report("\n".join(lines) or _("No list with a sidecar lies there."), summary, as_json=as_json)
