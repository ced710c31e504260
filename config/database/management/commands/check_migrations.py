"""`manage.py check_migrations`: whether the migrations to come may run while the site does."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from config.database import forthcoming


class Command(BaseCommand):
    help = _("Judge the migrations that no release has shipped: locks on large tables, and what the running one needs.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--record", action="store_true", help=_("count all migrations as shipped: said when a release is made")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["record"]:
            for app, name in forthcoming.record().items():
                self.stdout.write(f"{app} {name}")
            return
        refused = 0
        for one in forthcoming.judge():
            refused += not one.allowed
            word = _("allowed: %(why)s") % {"why": one.allowed} if one.allowed else _("not let through")
            self.stdout.write(f"{one.migration} {one.finding.table} [{one.finding.code}] {one.finding.why} — {word}")
        if refused:
            raise CommandError(
                _("%(count)s findings. Change the migrations, or say in `allowed` why not.") % {"count": refused}
            )
        self.stdout.write(_("The migrations to come may run while the site does."))
