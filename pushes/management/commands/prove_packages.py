"""`manage.py prove_packages`: every package in the store, by the sum with which it went out."""

from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from pushes import packaging
from registry.management.reporting import ReportingCommand


class Command(ReportingCommand):
    help = _("Read every package in the store and compare it with the sum with which it went out.")
    requires_system_checks = []  # a restored site has no keys, and needs none for this

    def handle(self, *args: Any, **options: Any) -> None:
        count, wrong = packaging.prove_all()
        if wrong:
            raise CommandError(_("Lost or changed: %(names)s") % {"names": ", ".join(wrong[:20])})
        words = _("%(count)s packages are what went out.") % {"count": count}
        self.report(words, {"packages": count}, as_json=options["json"])
