"""What is exported of lists and entries, and how a list is imported. Law: no exported cell is ever a formula.

Importing goes the one way there is: a dry run stages the list, the real run confirms it too.
"""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from import_export import fields, resources
from import_export.results import Result, RowResult

from registry import errors, importing
from registry.formats import ListFile
from registry.models import Entry, ListImport
from registry.previewing import PREVIEW_ROWS
from registry.sheets import Sheet, harmless
from registry.staging import Notice
from registry.storing import on_disk
from registry.wording import PROBLEMS


class SafeResource(resources.ModelResource):
    """A resource whose texts are harmless in every format, and whose rows are read some thousand at a time."""

    related: tuple[str, ...] = ()  # what its columns need of other tables

    def sheet(self, queryset: QuerySet[Any]) -> Sheet:
        """Headings and rows of these objects."""
        rows = self.iter_queryset(queryset.select_related(*self.related) if self.related else queryset)
        return Sheet(self.get_export_headers(), map(self.export_resource, rows))

    def export_field(self, field: Any, instance: Any, **kwargs: Any) -> Any:
        """The value itself: how it is written is the sheet's (`sheets`)."""
        return harmless(field.get_value(instance))


def column(attribute: str, name: Any) -> fields.Field:
    """A column of an export: where its value is found, and its heading."""
    return fields.Field(attribute=attribute, column_name=name, readonly=True)


class EntryResource(SafeResource):
    """Entries with the facts of their list."""

    related = ("list_import__programme", "district")

    programme = column("list_import__programme__name", _("Programme"))
    title = column("list_import__title", _("Title"))
    published_on = column("list_import__published_on", _("Published on"))
    row_number = column("row_number", _("Row"))
    name = column("name", _("Enterprise name"))
    former_name = column("former_name", _("Former name"))
    uscc = column("uscc", _("Unified social credit code"))
    number = column("number", _("Number"))
    district = column("district__name", _("District"))
    valid_from = column("valid_from", _("Valid from"))
    valid_to = column("valid_to", _("Valid to (inclusive)"))
    usable = column("usable", _("Usable"))

    class Meta:
        model = Entry
        fields = (
            "programme", "title", "published_on", "row_number", "name", "former_name", "uscc", "number",
            "district", "valid_from", "valid_to", "usable",
        )  # fmt: skip
        export_order = fields


class ListResult(Result):
    """How an import went: the list, numbers over all its rows, and the first of them to look at."""

    list_import: ListImport | None = None


class ListResource(SafeResource):
    """Lists: exported with their numbers, imported whole from a `ListFile`."""

    related = ("programme",)

    title = column("title", _("Title"))
    programme = column("programme__name", _("Programme"))
    notice = column("get_notice_display", _("Kind of notice"))
    document_number = column("document_number", _("Document number"))
    published_on = column("published_on", _("Published on"))
    row_count = column("row_count", _("Rows"))
    faulty_count = column("faulty_count", _("Rows with faults"))
    state = column("get_state_display", _("State"))
    reference = column("reference", _("Reference"))
    file_name = column("file_name", _("File name"))

    class Meta:
        model = ListImport
        fields = (
            "title", "programme", "notice", "document_number", "published_on", "row_count", "faulty_count", "state",
            "reference", "file_name",
        )  # fmt: skip
        export_order = fields

    def import_data(
        self,
        dataset: ListFile,
        dry_run: bool = False,
        raise_errors: bool = False,
        *,
        notice: Notice,
        now: datetime,
        by: User | None = None,
        accept_sound: bool = False,
        **_other: Any,
    ) -> ListResult:
        """Stage the list, and unless it is a dry run confirm it. A refusal is the result's error, or raised."""
        result = ListResult()
        try:
            with on_disk(dataset.stream) as path:
                listed = importing.stage(path=path, file_name=dataset.name, notice=notice, now=now, by=by)
            _tell(result, listed)
            if not dry_run:
                importing.confirm(list_import=listed, accept_sound=accept_sound, now=now, by=by)
        except errors.RegistryError as error:
            if raise_errors:
                raise
            result.append_base_error(self.get_error_result_class()(error))
        return result


def _tell(result: ListResult, listed: ListImport) -> None:
    """Each sound row is a new entry; each of the others is shown with what is wrong with it."""
    result.list_import = listed
    result.diff_headers = list(listed.header)
    result.total_rows = listed.row_count
    result.totals[RowResult.IMPORT_TYPE_NEW] = listed.row_count - listed.faulty_count
    result.totals[RowResult.IMPORT_TYPE_INVALID] = listed.faulty_count
    entries = listed.entries.order_by("row_number", "block")
    for entry in entries.filter(usable=True)[:PREVIEW_ROWS]:
        row = RowResult()
        row.import_type = RowResult.IMPORT_TYPE_NEW
        row.diff = [entry.published.get(header, "") for header in result.diff_headers]
        row.add_instance_info(entry)
        result.append_row_result(row)
    for entry in entries.filter(usable=False)[:PREVIEW_ROWS]:
        words = [str(PROBLEMS.get(problem["code"], problem["code"])) for problem in entry.problems]
        result.append_invalid_row(entry.row_number, entry.published, ValidationError(words))
