"""`manage.py grant_runtime`: what `migrate` does at its end, by itself: after a restore, say."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext_lazy as _

from config.database import granting, owning
from config.database.errors import DatabaseError


class Command(BaseCommand):
    help = str(_("Gives the role that serves the site its rights, and takes back what is beyond them."))

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--role", default="", help=str(_("the role; by default that of DATABASE_URL")))

    def handle(self, *args: Any, **options: Any) -> None:
        role = options["role"] or owning.runtime_role()
        try:
            with owning.as_owner():
                tables = granting.grant(role=role)
        except DatabaseError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("%(role)s has its rights to %(tables)s tables.") % {"role": role, "tables": tables})
