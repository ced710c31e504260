"""`manage.py prove_editions`: every sealed edition's digest, computed anew from its rows and from its changes."""

from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from enterprises import editions
from registry.management.reporting import ReportingCommand


class Command(ReportingCommand):
    help = _("Compute every sealed edition's digest anew: from its rows, and from the edition before and the changes.")
    requires_system_checks = []  # a restored site has no keys, and needs none for this

    def handle(self, *args: Any, **options: Any) -> None:
        proved, refuted = editions.prove_all()
        if refuted:
            raise CommandError(_("Not what was sealed: %(labels)s") % {"labels": ", ".join(refuted)})
        words = _("%(count)s editions are what was sealed.") % {"count": len(proved)}
        lines = [f"{label}  {digest}" for label, digest in proved.items()]
        self.report("\n".join([words, *lines]), {"editions": proved}, as_json=options["json"])
