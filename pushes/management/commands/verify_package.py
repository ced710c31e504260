"""`manage.py verify_package`: check a package with nothing but the file and a public key. No database is asked."""

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from enterprises.calendar import edition_labelled
from pushes import signing, verifying
from pushes.errors import NoPublicKey, PackageRefused, PushesError
from registry.management.reporting import ReportingCommand


class Command(ReportingCommand):
    help = _(
        "Check that a package is ours, whole, says the same in all of its files, and follows what was received before."
    )
    failures = (PushesError,)
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help=_("the package, a zip file"))
        parser.add_argument(
            "--previous",
            type=Path,
            metavar="FILE",
            help=_("the package received before: this one must follow it, and its changes must make these members"),
        )
        parser.add_argument(
            "--public-key",
            type=Path,
            metavar="PEM",
            help=_("the only key to check with (default: today's and the retired ones of the settings)"),
        )
        parser.add_argument(
            "--at-least",
            type=_label,
            metavar="LABEL",
            help=_("the newest edition seen so far, such as ZZKJ-2026Q3-v1: an older one is refused"),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        as_json = options["json"]
        try:
            with self.failing_plainly():
                manifest = verifying.verify(
                    options["file"],
                    keys=_keys(options["public_key"]),
                    previous=options["previous"],
                    at_least=options["at_least"] or "",
                )
        except CommandError as error:
            if as_json and isinstance(error.__cause__, PackageRefused):
                self.report("", {"ok": False, "problems": error.__cause__.problems}, as_json=True)
            raise
        except OSError as error:
            named = {"file": error.filename or options["file"], "reason": error.strerror or error}
            raise CommandError(_refusal(error) % named) from error
        facts = {"ok": True, "edition": manifest["edition"], "key": manifest["key"]["id"], "digest": manifest["digest"]}
        summary = {**facts, **manifest["counts"]}
        words = _(
            "The package is ours (key %(key)s) and whole: %(edition)s, %(members)s members; %(added)s added, "
            "%(removed)s removed, %(changed)s changed."
        )
        if options["previous"]:
            words += "\n" + _("The previous package and these changes make just these members.")
        self.report(words % summary, summary, as_json=as_json)


def _label(text: str) -> str:
    if edition_labelled(text) is None:
        raise ArgumentTypeError(_("“%(text)s” is no edition. Write it like ZZKJ-2026Q3-v1.") % {"text": text})
    return text


def _keys(path: Path | None) -> list[signing.PublicKey]:
    keys = [signing.public_key(path.read_bytes(), path.name)] if path else signing.public_keys()
    if not keys:
        raise NoPublicKey
    return keys


def _refusal(error: OSError) -> str:
    """Why the file cannot be read, in the reader's language: the system speaks its own."""
    if isinstance(error, FileNotFoundError):
        return _("There is no file %(file)s.")
    if isinstance(error, PermissionError):
        return _("You have no permission to read %(file)s.")
    if isinstance(error, IsADirectoryError):
        return _("%(file)s is a folder. Name the zip file itself.")
    return _("%(file)s cannot be read: %(reason)s.")
