"""`manage.py watch`: the same look as the schedule's, without broker or worker. For cron or a systemd timer.

Law: it tells where the schedule cannot: when beat, the workers or the database are what is missing.
"""

import json
import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from config.commanding import SiteCommand
from config.watching import alerting, troubles
from config.watching.facts import Fact, line

_AGAIN_SECONDS = 86_400


class Command(SiteCommand):
    help = _("Look at everything that the site needs, note and mail what is amiss; exit code 1 where anything is.")
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--state",
            type=Path,
            metavar="FILE",
            help=_("remembers, while the database is away, that it was told: without it each call mails"),
        )
        parser.add_argument("--quiet", action="store_true", help=_("look only: note nothing, mail nothing"))

    def handle(self, *args: Any, **options: Any) -> None:
        facts = troubles.everything(timezone.now())
        if not options["quiet"]:
            _note(facts, options["state"])
        amiss = [fact for fact in facts if not fact.ok]
        lines = [f"{'✓' if fact.ok else '✗'} {line(fact)}" for fact in facts]
        summary = {"ok": not amiss, "checks": {fact.about: {"ok": fact.ok, "words": fact.words} for fact in facts}}
        self.report("\n".join(lines), summary, as_json=options["json"])
        if amiss:
            raise CommandError(_("%(count)s troubles") % {"count": len(amiss)})


def _note(facts: list[Fact], state: Path | None) -> None:
    try:
        alerting.note(facts=facts, now=timezone.now())
    except DatabaseError:
        _tell_of_lost_database(facts, state)
    else:
        if state:
            state.unlink(missing_ok=True)


def _tell_of_lost_database(facts: list[Fact], state: Path | None) -> None:
    """Rows cannot be written, so a file remembers."""
    if state and state.exists() and time.time() - json.loads(state.read_text() or "0") < _AGAIN_SECONDS:
        return
    words = "\n".join(f"· {line(fact)}" for fact in facts if not fact.ok)
    if alerting.send(alerting.subject_of_lost_database(), words) and state:
        state.write_text(json.dumps(time.time()))
