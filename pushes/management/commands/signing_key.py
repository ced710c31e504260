"""`manage.py signing_key`: make the key that signs packages, and show the public half of today's."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from pushes import errors, signing
from registry.management.reporting import ReportingCommand


class Command(ReportingCommand):
    help = _("Make the key that signs packages, or show the public half of today's key and its fingerprint.")
    failures = (errors.PushesError,)
    requires_system_checks = []  # one of them is that there is a key

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        acts = parser.add_subparsers(dest="act", required=True)
        make = acts.add_parser("make", help=_("write a new private key, for its owner's eyes alone"))
        make.add_argument("file", type=Path, help=_("the file to write; what is there already stays"))
        acts.add_parser("show", help=_("the public half of today's key"))

    def handle(self, *args: Any, **options: Any) -> None:
        with self.failing_plainly():
            key = _made(options["file"]) if options["act"] == "make" else signing.signer().public
        summary = {"id": key.id, "fingerprint": key.fingerprint, "public_key": key.pem}
        words = _("Key %(id)s, fingerprint (SHA-256 of its DER form) %(fingerprint)s\n%(public_key)s")
        self.report(words % summary, summary, as_json=options["json"])


def _made(file: Path) -> signing.PublicKey:
    try:
        return signing.make(file)
    except FileExistsError as error:
        words = _("%(file)s is there already, and a key that was lost cannot be made again. Name another file.")
        raise CommandError(words % {"file": file}) from error
    except OSError as error:
        raise CommandError(
            _("%(file)s cannot be written: %(reason)s.") % {"file": file, "reason": error.strerror}
        ) from error
