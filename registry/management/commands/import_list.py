"""`manage.py import_list`: stage a published list, and confirm it where asked."""

from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from registry import errors
from registry.forms import IN_THE_FUTURE
from registry.importing import confirm, stage
from registry.management.reporting import ReportingCommand, day
from registry.models import ImportState, ListImport, NoticeKind
from registry.staging import Notice


def _published(text: str) -> date:
    found = day(text)
    if found > timezone.localdate():
        raise ArgumentTypeError(IN_THE_FUTURE)
    return found


def _kinds() -> str:
    """The kinds of notice, each with what it means."""
    kinds = "; ".join(f"{kind.value} = {kind.label}" for kind in NoticeKind)
    return _("what the notice does: %(kinds)s") % {"kinds": kinds}


class Command(ReportingCommand):
    help = _("Stage a published list (xlsx, xls, ods, csv, docx, pdf); --confirm lets it count at once.")
    failures = (errors.RegistryError,)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help=_("the list as it was published"))
        parser.add_argument("--programme", required=True, help=_("programme code, such as HNTE"))
        parser.add_argument("--notice", required=True, choices=NoticeKind.values, help=_kinds())
        parser.add_argument(
            "--title", default="", help=_("the notice's title; taken from the file where it is left out")
        )
        parser.add_argument("--document-number", default="", help=_("the notice's document number"))
        parser.add_argument("--publisher", default="", help=_("who published it"))
        parser.add_argument("--source-url", default="", help=_("where it was published"))
        parser.add_argument("--batch", default="", help=_("batch, where the list names none"))
        parser.add_argument("--published", required=True, type=_published, help=_("date of publication, 2025-01-10"))
        parser.add_argument("--valid-from", type=day, help=_("first day of validity, where the notice states one"))
        parser.add_argument("--valid-to", type=day, help=_("last day of validity, where the notice states one"))
        parser.add_argument("--sheet", default="", help=_("sheet of the workbook; the first where none is named"))
        parser.add_argument("--full", action="store_true", help=_("whoever is missing here loses the recognition"))
        parser.add_argument("--province-wide", action="store_true", help=_("the list holds other cities' rows too"))
        parser.add_argument("--confirm", action="store_true", help=_("confirm at once"))
        parser.add_argument(
            "--accept-sound",
            action="store_true",
            help=_("confirm although some rows cannot be used; they stay outside"),
        )
        parser.add_argument(
            "--if-new", action="store_true", help=_("succeed, and do nothing, where the file was imported before")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(_("There is no file %(file)s.") % {"file": path})
        notice = Notice(
            programme=options["programme"],
            kind=options["notice"],
            title=options["title"],
            published_on=options["published"],
            document_number=options["document_number"],
            publisher=options["publisher"],
            source_url=options["source_url"],
            batch=options["batch"],
            valid_from=options["valid_from"],
            valid_to=options["valid_to"],
            is_full=options["full"],
            province_wide=options["province_wide"],
            sheet=options["sheet"],
        )
        with self.failing_plainly():
            listed = self._staged(path, notice, if_new=options["if_new"])
            if options["confirm"] and listed.state == ImportState.STAGED:
                confirm(list_import=listed, now=timezone.now(), accept_sound=options["accept_sound"])
        self._tell(listed, as_json=options["json"])

    def _staged(self, path: Path, notice: Notice, *, if_new: bool) -> ListImport:
        try:
            return stage(path=path, file_name=path.name, notice=notice, now=timezone.now())
        except errors.AlreadyImported as error:
            if not if_new:
                raise
            return ListImport.objects.get(pk=error.import_id)

    def _tell(self, listed: ListImport, *, as_json: bool) -> None:
        summary = {
            "id": listed.pk,
            "reference": listed.reference,
            "programme": listed.programme.code,
            "notice": listed.notice,
            "state": listed.state,
            "rows": listed.row_count,
            "faulty": listed.faulty_count,
            "declared": listed.declared_count,
        }
        words = _("No. %(id)s, %(reference)s: %(rows)s rows read, %(faulty)s of them unusable; %(state)s.") % {
            "id": listed.pk,
            "reference": listed.reference,
            "rows": listed.row_count,
            "faulty": listed.faulty_count,
            "state": listed.get_state_display(),
        }
        self.report(words, summary, as_json=as_json)
