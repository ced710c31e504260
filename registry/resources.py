"""What is exported of entries, and how. Law: no cell of an export is ever taken for a formula."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from import_export import fields, resources

from registry.models import Entry

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets a leading apostrophe; all else stays."""
    return f"'{value}" if isinstance(value, str) and value.lstrip(" \u3000\xa0").startswith(_FORMULA_STARTS) else value


class SafeResource(resources.ModelResource):
    """A resource whose texts are harmless in every format."""

    def export_field(self, field: Any, instance: Any, **kwargs: Any) -> Any:
        return harmless(super().export_field(field, instance, **kwargs))


def column(attribute: str, name: Any) -> fields.Field:
    """A column of an export: where its value is found, and its heading."""
    return fields.Field(attribute=attribute, column_name=name, readonly=True)


class EntryResource(SafeResource):
    """Entries with the facts of their list."""

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
